import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { FormState } from "../state/form";
import { list } from "../format/text";
import { Icon } from "./icons";
import { Button } from "./controls";

interface Common<T extends object, K extends keyof T & string> {
    form: FormState<T>;
    name: K;
    label: string;
    hint?: ComponentChildren;
    optional?: boolean;
}

/** Label, control, hint and error of one field, tied together for screen readers. */
function Frame({ id, label, hint, error, optional, children }: {
    id: string;
    label: string;
    hint?: ComponentChildren;
    error: string | undefined;
    optional?: boolean | undefined;
    children: ComponentChildren;
}) {
    return (
        <div class="field">
            <label for={id}>
                {label}
                {optional && <span class="optional">optional</span>}
            </label>
            {children}
            {error !== undefined && (
                <p class="error" id={`${id}-error`} role="alert">
                    <Icon name="warn" />
                    {error}
                </p>
            )}
            {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
        </div>
    );
}

function describedBy(id: string, hint: unknown, error: unknown): string | undefined {
    const ids = [error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean);
    return ids.length === 0 ? undefined : ids.join(" ");
}

type TextProps<T extends object, K extends keyof T & string> = Common<T, K> & {
    type?: "text" | "password" | "email" | "number" | "datetime-local" | "time";
    placeholder?: string;
    autocomplete?: string;
    mono?: boolean;
    rows?: number;
    code?: boolean;
    autoFocus?: boolean;
    min?: number;
    max?: number;
    /** What could be meant. */
    suggestions?: { value: string; label?: string }[];
    onBlur?: () => void;
};

/** A text field; numbers stay numbers in the form. */
export function Text<T extends object, K extends keyof T & string>(props: TextProps<T, K>) {
    const { form, name, label, hint, optional, type = "text", rows, code, mono } = props;
    const id = useId();
    const control = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
    // The attribute counts once for a whole document, and ours never changes.
    useEffect(() => {
        if (props.autoFocus) {
            control.current?.focus();
        }
    }, []);
    form.shows(name);
    const value = form.values.value[name];
    const error = form.errors.value[name];
    const write = (event: Event): void => {
        const text = (event.currentTarget as HTMLInputElement).value;
        form.set(name, (type === "number" ? (text === "" ? undefined : Number(text)) : text) as T[K]);
    };
    const shared = {
        ref: control,
        id,
        name,
        value: (value ?? "") as string,
        placeholder: props.placeholder,
        "aria-invalid": error !== undefined || undefined,
        "aria-describedby": describedBy(id, hint, error),
        spellcheck: false,
        autofocus: props.autoFocus,
        onInput: write,
        onBlur: props.onBlur,
    };
    return (
        <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
            {rows === undefined ? (
                <input
                    {...shared}
                    list={props.suggestions && `${id}-list`}
                    class={["input", mono && "mono", code && "code"].filter(Boolean).join(" ")}
                    type={type as "text"}
                    autocomplete={props.autocomplete ?? "off"}
                    inputmode={code ? "numeric" : undefined}
                    maxLength={code ? 6 : undefined}
                    min={props.min}
                    max={props.max}
                />
            ) : (
                <textarea {...shared} class={mono ? "textarea mono" : "textarea"} rows={rows} />
            )}
            {props.suggestions && <datalist id={`${id}-list`}>{props.suggestions.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}</datalist>}
        </Frame>
    );
}

export function Choice<T extends object, K extends keyof T & string>({ form, name, label, hint, optional, choices, disabled }: Common<T, K> & {
    choices: { value: string; label: string }[];
    disabled?: boolean;
}) {
    const id = useId();
    form.shows(name);
    const error = form.errors.value[name];
    return (
        <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
            <select
                id={id}
                name={name}
                class="select"
                disabled={disabled}
                value={(form.values.value[name] ?? "") as string}
                aria-invalid={error !== undefined || undefined}
                aria-describedby={describedBy(id, hint, error)}
                onChange={(event) => form.set(name, event.currentTarget.value as T[K])}
            >
                {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
            </select>
        </Frame>
    );
}

/**
 * One of those there are: chosen from a list, or, where these are too many for one, typed with help; typed without it by
 * whom may not see them. While it is not known which, nothing can be typed that would be lost.
 */
export function Named<T extends object, K extends keyof T & string, C>({ choices, choice, ...field }: Common<T, K> & {
    choices: { items: C[]; all: boolean; loading: boolean };
    choice: (one: C) => { value: string; label: string };
}) {
    if (choices.loading) {
        const chosen = (field.form.values.value[field.name] ?? "") as string;
        return <Choice {...field} disabled choices={[{ value: chosen, label: chosen === "" ? "Loading…" : chosen }]} />;
    }
    const items = choices.items.map(choice);
    if (!choices.all) {
        return <Text {...field} suggestions={items} placeholder="Type a part of the name" />;
    }
    return items.length === 0 ? <Text {...field} /> : <Choice {...field} choices={[{ value: "", label: "Choose" }, ...items]} />;
}

/** A list as text with commas: subnets, addresses, roles. */
export function ListField<T extends object, K extends keyof T & string>({ form, name, label, hint, optional, placeholder }: Common<T, K> & {
    placeholder?: string;
}) {
    const id = useId();
    form.shows(name);
    const values = (form.values.value[name] ?? []) as string[];
    const [text, setText] = useState(values.join(", "));
    const error = form.errors.value[name];
    useEffect(() => {
        if (list(text).join() !== values.join()) {
            setText(values.join(", "));
        }
    }, [values.join()]);
    return (
        <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
            <input
                id={id}
                name={name}
                class="input mono"
                value={text}
                placeholder={placeholder}
                autocomplete="off"
                spellcheck={false}
                aria-invalid={error !== undefined || undefined}
                aria-describedby={describedBy(id, hint, error)}
                onInput={(event) => {
                    setText(event.currentTarget.value);
                    form.set(name, list(event.currentTarget.value) as T[K]);
                }}
            />
        </Frame>
    );
}

export function Switch<T extends object, K extends keyof T & string>({ form, name, label, hint }: Common<T, K>) {
    form.shows(name);
    return (
        <label class="switch">
            <b>{label}</b>
            {hint !== undefined && <small>{hint}</small>}
            <input
                type="checkbox"
                role="switch"
                name={name}
                checked={form.values.value[name] as boolean}
                onChange={(event) => form.set(name, event.currentTarget.checked as T[K])}
            />
        </label>
    );
}

/** Several of many. */
export function Checks<T extends object, K extends keyof T & string>({ form, name, label, hint, choices }: Common<T, K> & {
    choices: { value: string; label: string; hint?: string | undefined }[];
}) {
    const id = useId();
    form.shows(name);
    const chosen = (form.values.value[name] ?? []) as string[];
    const error = form.errors.value[name];
    const toggle = (value: string): void =>
        form.set(name, (chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]) as T[K]);
    return (
        <fieldset class="field" aria-describedby={describedBy(id, hint, error)}>
            <legend>{label}</legend>
            {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
            <div class="checks">
                {choices.map((choice) => (
                    <label class="check" key={choice.value}>
                        <input
                            type="checkbox"
                            name={name}
                            value={choice.value}
                            checked={chosen.includes(choice.value)}
                            onChange={() => toggle(choice.value)}
                        />
                        <span>{choice.label}</span>
                        {choice.hint !== undefined && <small>{choice.hint}</small>}
                    </label>
                ))}
            </div>
            {error !== undefined && (
                <p class="error" id={`${id}-error`} role="alert"><Icon name="warn" />{error}</p>
            )}
        </fieldset>
    );
}

const UNITS = [
    { label: "minutes", seconds: 60 },
    { label: "hours", seconds: 3600 },
    { label: "days", seconds: 86_400 },
];

/** Seconds, as an amount and a unit. */
export function Duration<T extends object, K extends keyof T & string>({ form, name, label, hint, optional }: Common<T, K>) {
    const id = useId();
    form.shows(name);
    const seconds = form.values.value[name] as number | undefined;
    const fits = [...UNITS].reverse().find((unit) => seconds !== undefined && seconds > 0 && seconds % unit.seconds === 0);
    const [unit, setUnit] = useState(fits ?? UNITS[0]!);
    const error = form.errors.value[name];
    const write = (amount: string, per: number): void =>
        form.set(name, (amount === "" ? undefined : Math.round(Number(amount) * per)) as T[K]);
    const amount = seconds === undefined ? "" : String(Math.round((seconds / unit.seconds) * 100) / 100);
    return (
        <Frame id={id} label={label} hint={hint} error={error} optional={optional}>
            <div class="with-unit">
                <input
                    id={id}
                    name={name}
                    class="input"
                    type="number"
                    min={0}
                    step="any"
                    value={amount}
                    aria-invalid={error !== undefined || undefined}
                    aria-describedby={describedBy(id, hint, error)}
                    onInput={(event) => write(event.currentTarget.value, unit.seconds)}
                />
                <select
                    class="select"
                    aria-label={`Unit of ${label.toLowerCase()}`}
                    value={unit.label}
                    onChange={(event) => {
                        const next = UNITS.find((one) => one.label === event.currentTarget.value) ?? UNITS[0]!;
                        setUnit(next);
                        write(amount, next.seconds);
                    }}
                >
                    {UNITS.map((one) => <option key={one.label}>{one.label}</option>)}
                </select>
            </div>
        </Frame>
    );
}

/** What is wrong with the whole form; a change that came too late can be looked at or written over. */
export function FormProblem<T extends object>({ form, onReload, onOverwrite }: {
    form: FormState<T>;
    onReload?: () => unknown;
    onOverwrite?: () => unknown;
}) {
    if (form.stale.value) {
        return (
            <div class="note warn" role="alert">
                <Icon name="warn" />
                <div class="stack">
                    <span>Somebody else changed this while you were editing. Your values are still here.</span>
                    <div class="row-wrap">
                        {onReload && <Button size="small" onClick={onReload}>Show theirs</Button>}
                        {onOverwrite && <Button size="small" onClick={onOverwrite}>Save mine over it</Button>}
                    </div>
                </div>
            </div>
        );
    }
    if (form.problem.value === "") {
        return null;
    }
    return (
        <div class="note bad" role="alert">
            <Icon name="warn" />
            <div>{form.problem.value}</div>
        </div>
    );
}

export function Advanced({ label = "Advanced", open, children }: { label?: string; open?: boolean; children: ComponentChildren }) {
    return (
        <details class="adv" open={open}>
            <summary><Icon name="chevron" />{label}</summary>
            <div class="stack">{children}</div>
        </details>
    );
}
