import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { toast, toastError } from "../state/toasts";
import { Icon, type IconName } from "./icons";

interface ButtonProps {
    children?: ComponentChildren;
    icon?: IconName;
    kind?: "primary" | "danger" | "danger solid" | "ghost";
    size?: "small" | "large" | "large wide";
    type?: "button" | "submit";
    busy?: boolean;
    disabled?: boolean;
    /** The name of a button that shows an icon only. */
    label?: string;
    autoFocus?: boolean;
    onClick?: () => unknown;
}

/** A button. While its work runs it shows that and can't be pressed again; what goes wrong is told. */
export function Button({ children, icon, kind, size, type = "button", busy, disabled, label, autoFocus, onClick }: ButtonProps) {
    const [working, setWorking] = useState(false);
    const busyNow = busy === true || working;
    const press = async (): Promise<void> => {
        const result = onClick?.();
        if (result instanceof Promise) {
            setWorking(true);
            try {
                await result;
            } catch (error) {
                toastError(error);
            } finally {
                setWorking(false);
            }
        }
    };
    const names = ["btn", kind, size, children === undefined && "icon-only"].filter(Boolean).join(" ");
    return (
        <button
            type={type}
            class={names}
            disabled={disabled}
            aria-disabled={busyNow || undefined}
            aria-label={label}
            title={children === undefined ? label : undefined}
            autofocus={autoFocus}
            onClick={busyNow ? (event: Event) => event.preventDefault() : onClick && (() => void press())}
        >
            {busyNow ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
            {children}
        </button>
    );
}

export function LinkButton({ href, children, icon, kind, size, download }: {
    href: string;
    children: ComponentChildren;
    icon?: IconName;
    kind?: string;
    size?: string;
    download?: string;
}) {
    return (
        <a class={["btn", kind, size].filter(Boolean).join(" ")} href={href} download={download}>
            {icon && <Icon name={icon} />}
            {children}
        </a>
    );
}

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
    const [done, setDone] = useState(false);
    const copy = async (): Promise<void> => {
        await navigator.clipboard.writeText(text);
        setDone(true);
        toast("Copied.");
        setTimeout(() => setDone(false), 1500);
    };
    return <Button size="small" icon={done ? "check" : "copy"} label={label} onClick={copy} />;
}

/** A value that is shown once and should be copied whole. */
export function SecretText({ text, label }: { text: string; label: string }) {
    return (
        <div class="secret">
            <code>{text}</code>
            <CopyButton text={text} label={`Copy ${label}`} />
        </div>
    );
}

export interface MenuItem {
    label: string;
    icon?: IconName;
    danger?: boolean;
    hidden?: boolean;
    checked?: boolean;
    href?: string;
    run?: () => unknown;
}

/** A menu button: arrows, Home, End and first letters move, Escape closes and gives the focus back. */
export function Menu({ label, items, up, button }: {
    label: string;
    items: (MenuItem | "line")[];
    up?: boolean;
    button?: (props: ButtonHTMLAttributes) => ComponentChildren;
}) {
    const [open, setOpen] = useState(false);
    const root = useRef<HTMLDivElement>(null);
    const shown = items.filter((item) => item === "line" || item.hidden !== true);
    const choices = (): HTMLElement[] => [...(root.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

    // Before the next key can arrive.
    useLayoutEffect(() => {
        if (!open) {
            return;
        }
        choices()[0]?.focus();
        const outside = (event: Event): void => {
            if (!root.current?.contains(event.target as Node)) {
                setOpen(false);
            }
        };
        document.addEventListener("pointerdown", outside);
        document.addEventListener("focusin", outside);
        return () => {
            document.removeEventListener("pointerdown", outside);
            document.removeEventListener("focusin", outside);
        };
    }, [open]);

    const close = (): void => {
        setOpen(false);
        root.current?.querySelector("button")?.focus();
    };
    const onKey = (event: KeyboardEvent): void => {
        const all = choices();
        const at = all.indexOf(document.activeElement as HTMLElement);
        const to =
            event.key === "ArrowDown" ? (at + 1) % all.length
            : event.key === "ArrowUp" ? (at - 1 + all.length) % all.length
            : event.key === "Home" ? 0
            : event.key === "End" ? all.length - 1
            : event.key.length === 1 ? all.findIndex((one) => one.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))
            : -1;
        if (event.key === "Escape") {
            event.stopPropagation();
            event.preventDefault();
            close();
        } else if (event.key === "Tab") {
            setOpen(false);
        } else if (to >= 0 && event.key !== " ") {
            event.preventDefault();
            all[to]?.focus();
        }
    };
    const choose = (item: MenuItem): void => {
        close();
        const result = item.run?.();
        if (result instanceof Promise) {
            result.catch(toastError);
        }
    };
    const props = {
        type: "button" as const,
        "aria-haspopup": "menu" as const,
        "aria-expanded": open,
        onClick: () => setOpen(!open),
        onKeyDown: (event: KeyboardEvent) => {
            if (event.key === "ArrowDown" && !open) {
                event.preventDefault();
                setOpen(true);
            }
        },
    };
    return (
        <div class="pop" ref={root}>
            {button ? button(props) : (
                <button {...props} class="btn ghost small icon-only" aria-label={label} title={label}>
                    <Icon name="more" />
                </button>
            )}
            {open && (
                <div class={up ? "menu up" : "menu"} role="menu" aria-label={label} onKeyDown={onKey}>
                    {shown.map((item, index) =>
                        item === "line" ? <hr key={index} />
                        : item.href !== undefined ? (
                            <a key={index} role="menuitem" tabIndex={-1} href={item.href} onClick={() => setOpen(false)}>
                                {item.icon && <Icon name={item.icon} />}
                                {item.label}
                            </a>
                        ) : (
                            <button
                                key={index}
                                type="button"
                                role={item.checked === undefined ? "menuitem" : "menuitemradio"}
                                aria-checked={item.checked}
                                tabIndex={-1}
                                class={item.danger ? "danger" : undefined}
                                onClick={() => choose(item)}
                            >
                                {item.icon && <Icon name={item.icon} />}
                                {item.label}
                                {item.checked && <span class="push"><Icon name="check" /></span>}
                            </button>
                        ),
                    )}
                </div>
            )}
        </div>
    );
}

/** Tabs: arrows move between them, the panel follows. */
export function Tabs<K extends string>({ tabs, active, onChange, label, children }: {
    tabs: { key: K; label: string }[];
    active: K;
    onChange: (key: K) => void;
    label: string;
    children: ComponentChildren;
}) {
    const row = useRef<HTMLDivElement>(null);
    const onKey = (event: KeyboardEvent): void => {
        const at = tabs.findIndex((tab) => tab.key === active);
        const to =
            event.key === "ArrowRight" ? (at + 1) % tabs.length
            : event.key === "ArrowLeft" ? (at - 1 + tabs.length) % tabs.length
            : event.key === "Home" ? 0
            : event.key === "End" ? tabs.length - 1
            : -1;
        const next = tabs[to];
        if (next !== undefined) {
            event.preventDefault();
            onChange(next.key);
            (row.current?.children[to] as HTMLElement | undefined)?.focus();
        }
    };
    return (
        <>
            <div class="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={onKey}>
                {tabs.map((tab) => (
                    <button
                        key={tab.key}
                        type="button"
                        role="tab"
                        id={`tab-${tab.key}`}
                        aria-selected={tab.key === active}
                        aria-controls="tabpanel"
                        tabIndex={tab.key === active ? 0 : -1}
                        onClick={() => onChange(tab.key)}
                    >
                        {tab.label}
                    </button>
                ))}
            </div>
            <div role="tabpanel" id="tabpanel" aria-labelledby={`tab-${active}`}>
                {children}
            </div>
        </>
    );
}

export function Segmented<K extends string>({ name, label, choices, value, onChange }: {
    name: string;
    label: string;
    choices: { key: K; label: string }[];
    value: K;
    onChange: (key: K) => void;
}) {
    return (
        <div class="segmented" role="radiogroup" aria-label={label}>
            {choices.map((choice) => (
                <label key={choice.key}>
                    <input type="radio" name={name} checked={choice.key === value} onChange={() => onChange(choice.key)} />
                    {choice.label}
                </label>
            ))}
        </div>
    );
}
