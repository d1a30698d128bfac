/** The facilitator's fields as they are typed. */
export interface FacilitatorText {
  readonly solPerDay: string;
  readonly perMinute: string;
  readonly port: string;
}

/** What the host is asked for, and what is wrong by its field; the wish is null while anything is. */
export function facilitatorWish({ solPerDay, perMinute, port }: FacilitatorText): {
  readonly wish: { solPerDay: string; perMinute: number; port: number } | null;
  readonly problems: { readonly [F in keyof FacilitatorText]: string | null };
} {
  const sol = solPerDay.trim().replace(',', '.');
  const solOk = /^\d{1,6}(\.\d{1,9})?$/.test(sol) && Number(sol) > 0;
  const minute = whole(perMinute, 100_000);
  const at = port.trim() === '' ? 0 : whole(port, 65_535);
  return {
    wish: solOk && minute !== null && at !== null ? { solPerDay: sol, perMinute: minute, port: at } : null,
    problems: {
      solPerDay: solOk ? null : 'A sum of SOL such as 0.01',
      perMinute: minute === null ? 'A number from 1 to 100000' : null,
      port: at === null ? 'A number from 1 to 65535' : null,
    },
  };
}

function whole(text: string, most: number): number | null {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return value >= 1 && value <= most ? value : null;
}
