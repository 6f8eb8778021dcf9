import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { confirm, question } from "../state/confirm";
import { useForm } from "../state/form";
import type { FormState } from "../state/form";
import { dismiss, toasts } from "../state/toasts";
import { Button } from "./controls";
import { FormProblem, Text } from "./fields";
import { Icon } from "./icons";

interface DialogProps {
    title: string;
    onClose: () => void;
    children: ComponentChildren;
    footer?: ComponentChildren;
    size?: "narrow" | "wide";
    onSubmit?: () => unknown;
}

/** A modal dialog: the browser keeps the focus inside and gives it back. */
export function Dialog({ title, onClose, children, footer, size, onSubmit }: DialogProps) {
    const dialog = useRef<HTMLDialogElement>(null);
    const id = useId();
    useLayoutEffect(() => {
        const element = dialog.current;
        const before = document.activeElement as HTMLElement | null;
        element?.showModal();
        element?.querySelector<HTMLElement>("[autofocus], .dlg-body input, .dlg-body select, .dlg-body textarea")?.focus();
        return () => {
            element?.close();
            before?.focus?.();
        };
    }, []);
    const inside = (
        <>
            <div class="dlg-head">
                <h2 id={id}>{title}</h2>
                <Button kind="ghost" size="small" icon="x" label="Close" onClick={onClose} />
            </div>
            <div class="dlg-body">{children}</div>
            {footer !== undefined && <div class="dlg-foot">{footer}</div>}
        </>
    );
    return (
        <dialog
            ref={dialog}
            class={size}
            aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onMouseDown={(event) => {
                if (event.target === dialog.current && onSubmit === undefined) {
                    onClose();
                }
            }}
        >
            {onSubmit === undefined ? <div class="dlg">{inside}</div> : (
                <form
                    noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        onSubmit();
                    }}
                >
                    {inside}
                </form>
            )}
        </dialog>
    );
}

/** A dialog that is a form: saves, closes when it went well, shows what went wrong where it went wrong. */
export function FormDialog<T extends object>({ title, form, save, submit, onClose, keepOpen, onReload, onOverwrite, size, children }: {
    title: string;
    form: FormState<T>;
    save: (values: T) => Promise<unknown>;
    submit: string;
    onClose: () => void;
    /** What comes after saving is shown in its place. */
    keepOpen?: boolean;
    onReload?: () => unknown;
    /** Saves without asking whether somebody was faster. */
    onOverwrite?: (values: T) => Promise<unknown>;
    size?: "narrow" | "wide";
    children: ComponentChildren;
}) {
    const run = async (work: (values: T) => Promise<unknown>): Promise<void> => {
        if ((await form.submit(work)) && !keepOpen) {
            onClose();
        }
    };
    return (
        <Dialog
            title={title}
            onClose={onClose}
            onSubmit={() => void run(save)}
            {...(size && { size })}
            footer={
                <>
                    <Button onClick={onClose}>Cancel</Button>
                    <Button kind="primary" type="submit" busy={form.busy.value}>{submit}</Button>
                </>
            }
        >
            <FormProblem
                form={form}
                {...(onReload && { onReload })}
                {...(onOverwrite && { onOverwrite: () => run(onOverwrite) })}
            />
            {children}
        </Dialog>
    );
}

function ConfirmDialog() {
    const asked = question.value;
    const form = useForm({ typed: "", given: "" }, [asked]);
    if (asked === undefined) {
        return null;
    }
    const { typed, given } = form.values.value;
    const ready = (asked.typed === undefined || typed === asked.typed) && (!asked.ask?.required || given.trim() !== "");
    return (
        <Dialog
            key={asked.title}
            title={asked.title}
            size="narrow"
            onClose={() => asked.answer(undefined)}
            onSubmit={() => ready && asked.answer(given.trim())}
            footer={
                <>
                    <Button onClick={() => asked.answer(undefined)}>Cancel</Button>
                    <Button type="submit" kind={asked.danger ? "danger solid" : "primary"} disabled={!ready}>{asked.confirm}</Button>
                </>
            }
        >
            <p class="quiet">{asked.text}</p>
            {asked.ask && (
                <Text form={form} name="given" label={asked.ask.label} hint={asked.ask.hint} optional={!asked.ask.required} rows={3} />
            )}
            {asked.typed !== undefined && <Text form={form} name="typed" label={`Type ${asked.typed} to go on`} mono />}
        </Dialog>
    );
}

function Toasts() {
    return (
        <div class="toasts" role="status" aria-live="polite">
            {toasts.value.map((one) => (
                <div key={one.id} class={`toast ${one.kind}`}>
                    <Icon name={one.kind === "ok" ? "checkCircle" : one.kind === "bad" ? "warn" : "info"} />
                    <p>{one.text}</p>
                    {one.action && (
                        <Button size="small" onClick={() => { dismiss(one.id); one.action?.run(); }}>{one.action.label}</Button>
                    )}
                    <Button kind="ghost" size="small" icon="x" label="Dismiss" onClick={() => dismiss(one.id)} />
                </div>
            ))}
        </div>
    );
}

export function Overlays() {
    return (
        <>
            <ConfirmDialog />
            <Toasts />
        </>
    );
}

/** Asks before something dangerous, then does it. */
export async function deleteAfter(what: string, name: string, text: string, work: () => Promise<unknown>): Promise<boolean> {
    const answer = await confirm({ title: `Delete ${what}?`, text, confirm: "Delete", danger: true, typed: name });
    if (answer === undefined) {
        return false;
    }
    await work();
    return true;
}
