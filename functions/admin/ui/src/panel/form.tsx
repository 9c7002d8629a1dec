// The form of one step, drawn from the inputs that the server names; what it refuses is said beside the form.

import { useState } from "preact/hooks";
import { Failure } from "../api/client";
import type { Form, Input } from "../api/types";
import { t } from "../texts";

interface Props {
  form: Form;
  title: string;
  open: boolean;
  onToggle(open: boolean): void;
  /** Sends names and values; throws the refusal. */
  send(inputs: [string, string][], reason: string): Promise<void>;
  /** Somebody was faster: the complaint must be read again. */
  stale(): void;
}

export function StepForm({ form, title, open, onToggle, send, stale }: Props) {
  const [wrong, setWrong] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const own = event.currentTarget as HTMLFormElement;
    const data = new FormData(own);
    const inputs: [string, string][] = form.n ? [["c.n", form.n]] : [];
    let reason = "";
    for (const input of form.inputs) if (input.kind === "many") inputs.push([input.name, ""]);
    for (const [name, value] of data) {
      if (typeof value !== "string") continue;
      if (name === "reason") reason = value.trim();
      else inputs.push([name, value]);
    }
    setBusy(true);
    setWrong([]);
    try {
      await send(inputs, reason);
    } catch (failure) {
      if (failure instanceof Failure) {
        if (failure.status === 409) stale();
        const labels = new Map(form.inputs.map((input) => [input.name.replace(/^[a-z]\./, ""), input.label]));
        const told = failure.all.map((one) => (one.field && labels.has(one.field) ? `${labels.get(one.field)}: ${one.message}` : one.message));
        setWrong(failure.offline ? [t("offline")] : told.length > 0 ? told : [failure.message]);
      } else throw failure;
    } finally {
      setBusy(false);
    }
  };
  return (
    <details class="step" open={open} onToggle={(event) => event.currentTarget.open !== open && onToggle(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && (
        <form onSubmit={(event) => void submit(event as unknown as SubmitEvent)} data-step={form.id}>
          {wrong.length > 0 && (
            <ul class="bad" role="alert">
              {wrong.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
          {form.inputs.map((input) => (
            <Field key={input.name} input={input} id={`${form.id}-${input.name}`} />
          ))}
          <label class="field">
            <span>{t("reason")}</span>
            <input name="reason" autocomplete="off" />
          </label>
          <p class="buttons">
            <button type="submit" class="main" disabled={busy}>
              {title}
            </button>
          </p>
        </form>
      )}
    </details>
  );
}

const TYPES: Partial<Record<Input["kind"], string>> = { moment: "datetime-local", date: "date", password: "password" };

function Field({ input, id }: { input: Input; id: string }) {
  const must = input.required ? <b class="must"> *</b> : null;
  if (input.kind === "many") {
    return (
      <fieldset class="field">
        <legend>
          {input.label}
          {must}
        </legend>
        {input.options.map((option) => (
          <label class="tick" key={option.code}>
            <input type="checkbox" name={input.name} value={option.code} defaultChecked={option.on} /> {option.words}
          </label>
        ))}
      </fieldset>
    );
  }
  const plain = { id, name: input.name, required: input.required };
  return (
    <label class="field" for={id}>
      <span>
        {input.label}
        {must}
      </span>
      {input.kind === "area" ? (
        <textarea {...plain} rows={3} defaultValue={input.value} />
      ) : input.kind === "select" ? (
        <select {...plain} defaultValue={input.options.find((option) => option.on)?.code ?? ""}>
          <option value="">{t("please_choose")}</option>
          {input.options.map((option) => (
            <option key={option.code} value={option.code} selected={option.on}>
              {option.words}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...plain}
          type={(TYPES[input.kind] ?? "text") as "text"}
          inputMode={input.kind === "number" ? "decimal" : undefined}
          autocomplete={input.kind === "password" ? "current-password" : "off"}
          defaultValue={input.kind === "password" ? "" : input.value}
        />
      )}
    </label>
  );
}
