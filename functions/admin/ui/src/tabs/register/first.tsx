// What stands where the register is still empty; loaded only then.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";

export interface FirstProps {
  book: Workbook;
  onTab(name: string): void;
}

export function First(props: FirstProps) {
  const [Loaded, setLoaded] = useState<ComponentType<FirstProps>>();
  useEffect(() => {
    import("../more/first").then(
      (found) => setLoaded(() => found.FirstSteps),
      () => undefined,
    );
  }, []);
  return Loaded ? <Loaded {...props} /> : <p class="opening">{t("loading")}</p>;
}
