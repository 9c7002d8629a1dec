// What stands where nothing was simulated yet: what is done and what is not; and how far it is while it runs.

import type { Progress } from "../../../store/whatif";
import { t } from "../../../texts";

export function Idle({ stopped }: { stopped: boolean }) {
  return (
    <div class="page-scroll" role="region" aria-label={t("tab.whatif")} tabIndex={0}>
      {stopped && (
        <p class="soon stopped" role="status">
          {t("whatif.stopped")}
        </p>
      )}
      <section class="whatif-idle">
        <h2>{t("whatif.title")}</h2>
        <p class="promise">
          <b aria-hidden="true">✓</b> {t("whatif.nothing_written")}
        </p>
        <ol class="how">
          {(["whatif.how_whose", "whatif.how_change", "whatif.how_look"] as const).map((key) => (
            <li key={key}>
              <b>{t(key)}</b>
              <span>{t(`${key}_help`)}</span>
            </li>
          ))}
        </ol>
        <Limits />
      </section>
    </div>
  );
}

/** What is decided anew and what stays as it was. */
export function Limits() {
  return (
    <dl class="limits">
      {(["whatif.anew", "whatif.stays", "whatif.not"] as const).map((key) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{t(`${key}_help`)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Working({ progress }: { progress: Progress }) {
  const { done, all } = progress;
  return (
    <div class="page-scroll">
      <div class="whatif-working">
        <progress aria-label={t("whatif.running")} {...(done > 0 && all > done ? { max: all, value: done } : {})} />
        <p role="status">
          {t("whatif.running")} <span class="num">{t("whatif.progress", { done: done.toLocaleString(), all: Math.max(all, done).toLocaleString() })}</span>
        </p>
        <p class="quiet">{t("whatif.nothing_written")}</p>
      </div>
    </div>
  );
}
