import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { portsOnly, rooms } from './rooms.ts';

const start = (folders: readonly string[]) => `^(${folders.join('|')})/`;

/** One rule per room: whatever it imports from the house must be itself or lie on one of its arrows. */
export function importRules(): IForbiddenRuleType[] {
  const rules: IForbiddenRuleType[] = rooms.map((room) => {
    const allowed = [start([room.folder, ...room.mayImport])];
    if (room.folder === portsOnly.from) allowed.push(`^src-main/.+/${portsOnly.file.replace('.', '\\.')}$`);
    return {
      name: `arrow: ${room.folder}`,
      severity: 'error',
      from: { path: start([room.folder]) },
      to: { path: '^src-', pathNot: allowed },
    };
  });
  return [
    ...rules,
    { name: 'no cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only src-main/app imports electron',
      severity: 'error',
      from: { pathNot: '^src-main/app/' },
      to: { path: '(^|/)node_modules/electron/|^electron(/|$)' },
    },
    {
      name: 'a room is entered by its front door',
      severity: 'error',
      from: { path: '^src-main/([^/]+)/', pathNot: '^src-main/store/' },
      to: {
        path: '^src-main/[^/]+/',
        pathNot: ['^src-main/$1/', '^src-main/base/', '^src-main/[^/]+/(index|ports)\\.ts$'],
      },
    },
    {
      name: 'a screen knows no other screen',
      severity: 'error',
      from: { path: '^src-renderer/features/([^/]+)/' },
      to: { path: '^src-renderer/features/', pathNot: '^src-renderer/features/$1/' },
    },
    {
      name: 'src-shared and src-renderer stay free of Node',
      severity: 'error',
      from: { path: '^src-(shared|renderer)/' },
      to: { dependencyTypes: ['core'] },
    },
  ];
}

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface Cruised {
  readonly modules: number;
  readonly violations: readonly Violation[];
}

/** Type imports count: an arrow drawn by a type is an arrow. */
export async function cruiseHouse(baseDir: string): Promise<Cruised> {
  const { output } = await cruise(['src-shared', 'src-main', 'src-renderer'], {
    baseDir,
    ruleSet: { forbidden: importRules() },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser gave text instead of a result');
  return summary(output);
}

function summary(result: ICruiseResult): Cruised {
  return {
    modules: result.modules.filter((module) => module.source.startsWith('src-')).length,
    violations: result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}
