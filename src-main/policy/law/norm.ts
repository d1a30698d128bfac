import { z } from 'zod';
import { actionNames, isAgentName, parseDecimal } from '../../../src-shared/model/index.ts';
import { normalOriginPattern } from '../origin-pattern.ts';

const usdcDecimals = 6;
const maxConditions = 16;
const maxListed = 64;

/** A sum in a norm: dollars as a person writes them, to the sixth decimal. */
export const atomicOf = (text: string) => parseDecimal(text, usdcDecimals);

const dollars = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/, { message: 'it is not a sum such as 0.25' });
const token = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/);

const isPattern = (text: string) => normalOriginPattern(text) === text && !/\.(:\d+)?$/.test(text);
const isHostPattern = (text: string) => isPattern(`http://${text}`) && !/:\d+$/.test(text);
const message = 'it is not in its plain form: lower case, punycode, no default port, no path';
const starred = {
  origin: z.string().refine(isPattern, { message }),
  host: z.string().refine(isHostPattern, { message }),
};
const plain = {
  origin: z.string().refine((text) => isPattern(text) && !text.includes('*'), { message }),
  host: z.string().refine((text) => isHostPattern(text) && !text.includes('*'), { message }),
};

const equals = <S extends string, V extends z.ZodType<string>>(selector: S, value: V) =>
  z.strictObject({ selector: z.literal(selector), operator: z.enum(['==', '!=']), value });

const among = <S extends string, V extends z.ZodType<string>>(selector: S, value: V) =>
  z.strictObject({
    selector: z.literal(selector),
    operator: z.enum(['in', 'not_in']),
    value: z.array(value).min(1).max(maxListed).readonly(),
  });

const worded = <S extends string, V extends z.ZodType<string>>(selector: S, value: V) =>
  z.discriminatedUnion('operator', [equals(selector, value), among(selector, value)]);

const named = <S extends 'origin' | 'host'>(selector: S) =>
  z.discriminatedUnion('operator', [
    equals(selector, plain[selector]),
    among(selector, plain[selector]),
    /** `*.` stands for one label or more. */
    z.strictObject({ selector: z.literal(selector), operator: z.literal('matches'), value: starred[selector] }),
  ]);

const amount = z.strictObject({
  selector: z.literal('amount'),
  operator: z.enum(['==', '!=', '<', '<=', '>', '>=']),
  value: dollars,
});

/**
 * One question about the request: closed sets of selectors and operators, typed values, nothing that is run. A question
 * about what the request has not (the payee of a signature) is answered with no, `!=` and `not_in` included.
 */
export const condition = z.discriminatedUnion('selector', [
  amount,
  worded('action', z.enum(actionNames)),
  named('origin'),
  named('host'),
  worded('method', z.string().regex(/^[A-Z]{1,20}$/)),
  worded('route', z.string().regex(/^\/[^\s?#]{0,500}$/)),
  worded('payee', token),
  worded('asset', token),
  worded('network', z.string().regex(/^[a-z0-9-]{3,8}:[A-Za-z0-9_-]{1,64}$/)),
  worded('dialect', word),
  worded('role', word),
  worded('agent', z.string().refine(isAgentName, { message: 'it cannot be an agent’s name' })),
]);
export type Condition = z.infer<typeof condition>;

const common = {
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/),
  /** All must hold, or the norm says nothing about a request. Never empty: a norm about everything says so. */
  when: z.array(condition).min(1).max(maxConditions).readonly(),
  /** For the person who reads the decision. */
  reason: z.string().trim().min(1).max(200),
};

const consent = {
  /** How many distinct approvers must say yes. */
  witnesses: z.int().min(1).max(5),
  timeoutSeconds: z.int().min(1).max(604_800).optional(),
};

/**
 * allow: permits. deny: forbids, whatever permits. limit: caps the sum. require: wants witnesses. procedure: wants
 * witnesses, and tells them what to look at.
 */
export const norm = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('allow'), ...common }),
  z.strictObject({ type: z.literal('deny'), ...common }),
  z.strictObject({
    type: z.literal('limit'),
    ...common,
    amount: z.strictObject({ operator: z.enum(['<', '<=']), value: dollars }),
  }),
  z.strictObject({ type: z.literal('require'), ...common, ...consent }),
  z.strictObject({
    type: z.literal('procedure'),
    ...common,
    ...consent,
    steps: z.array(z.string().trim().min(1).max(200)).min(1).max(8).readonly(),
  }),
]);
export type Norm = z.infer<typeof norm>;
