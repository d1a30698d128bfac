import { List } from '@mantine/core';
import { type Atomic, formatDecimal, type NetworkName, networks } from '../../../src-shared/model/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { dollars } from '../../ui/money.ts';
import { networkText, realMoneyPhrase } from './network-text.ts';
import { useSettingsChange } from './settings-change.ts';
import { TypedConfirm } from './TypedConfirm.tsx';

const { usdc, defaultLimits, deskPerDay } = networks.mainnet;
const sum = (amount: Atomic): string => dollars(formatDecimal(amount, usdc.decimals));

/** Asks before another money is in play; real money is never chosen by a slip. */
export function SwitchNetwork({
  from,
  wanted,
  onDone,
}: {
  readonly from: NetworkName;
  /** Null: nothing is asked. */
  readonly wanted: NetworkName | null;
  onDone(): void;
}) {
  const real = wanted === 'mainnet';
  const change = useSettingsChange(real ? 'spend real money' : `switch to ${networkText[wanted ?? from].name}`, onDone);
  const no = (): void => {
    change.clear();
    onDone();
  };
  const yes = (): void => {
    if (wanted !== null) change.run({ network: wanted });
  };
  const { busy, problem } = change;
  return (
    <>
      <TypedConfirm
        opened={real}
        title="From now on it is real money"
        phrase={realMoneyPhrase}
        yes="Switch to real money"
        {...{ busy, problem }}
        onYes={yes}
        onNo={no}
      >
        <List size="sm" spacing={6}>
          <List.Item>What your agents spend is gone. Nobody can take a payment back, Groat neither.</List.Item>
          <List.Item>
            Limits start low: {sum(defaultLimits.perPayment)} for one payment, {sum(defaultLimits.perDay)} a day for an
            agent, {sum(deskPerDay)} a day for all of them. Raise them only when you have seen what your agents do.
          </List.Item>
          <List.Item>
            Keep little in this wallet. Programs that run as you can use whatever this machine can use.
          </List.Item>
          <List.Item>
            Solana’s public server turns many callers away: afterwards, name two of your own under “Solana servers”.
          </List.Item>
        </List>
      </TypedConfirm>
      <Confirm
        opened={wanted !== null && !real}
        title={`Switch to ${networkText[wanted ?? from].name}?`}
        yes="Switch and start again"
        {...{ busy, problem }}
        onYes={yes}
        onNo={no}
      >
        {networkText[wanted ?? from].means} Groat starts again, which takes a few seconds. Your agents there have
        credentials of their own: those of {networkText[from].name} pay nothing until you switch back.
      </Confirm>
    </>
  );
}
