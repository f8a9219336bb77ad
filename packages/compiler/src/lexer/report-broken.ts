/** Reports something about the token that is being read, which is broken by it. */
export type ReportBroken = (
  start: number,
  end: number,
  id: string,
  message: string,
  extras?: { readonly hint: string | undefined },
) => void;
