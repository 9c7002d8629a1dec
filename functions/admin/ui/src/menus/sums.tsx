// Count, average and sum of what is selected, in the status bar.

import { t } from "../texts";

export function Sums({ count, numbers, sum }: { count: number; numbers: number; sum: number }) {
  return (
    <span class="sums">
      {t("count")} <b>{count}</b>
      {numbers > 0 && (
        <>
          {" "}
          {t("average")} <b>{round(sum / numbers)}</b> {t("sum")} <b>{round(sum)}</b>
        </>
      )}
    </span>
  );
}

function round(value: number): string {
  return Number(value.toFixed(4)).toLocaleString("en-US");
}
