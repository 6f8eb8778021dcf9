import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError, sentenceOf } from "../api/problem";
import { initials } from "../format/text";
import { ago, exactTime, remaining } from "../format/time";
import { Button } from "./controls";
import { Icon, type IconName } from "./icons";

/** The time, once a second while somebody looks. */
export const now = signal(Date.now());
let watchers = 0;
let ticking: ReturnType<typeof setInterval> | undefined;

export function useNow(): number {
    useEffect(() => {
        watchers++;
        now.value = Date.now();
        ticking ??= setInterval(() => (now.value = Date.now()), 1000);
        return () => {
            if (--watchers === 0) {
                clearInterval(ticking);
                ticking = undefined;
            }
        };
    }, []);
    return now.value;
}

export function Page({ title, text, actions, back, children }: {
    title: string;
    text?: ComponentChildren;
    actions?: ComponentChildren;
    back?: { href: string; label: string };
    children: ComponentChildren;
}) {
    useEffect(() => {
        document.title = `${title} · Sekisho`;
    }, [title]);
    return (
        <div class="page">
            {back && <a class="crumb" href={back.href}><Icon name="back" />{back.label}</a>}
            <div class="head">
                <div>
                    <h1 tabIndex={-1}>{title}</h1>
                    {text !== undefined && <p>{text}</p>}
                </div>
                {actions && <div class="actions">{actions}</div>}
            </div>
            {children}
        </div>
    );
}

export function Card({ title, text, actions, footer, flush, children }: {
    title?: string;
    text?: ComponentChildren;
    actions?: ComponentChildren;
    footer?: ComponentChildren;
    /** Without padding, for lists and tables. */
    flush?: boolean;
    children: ComponentChildren;
}) {
    return (
        <section class="card">
            {title !== undefined && (
                <header>
                    <h2>{title}</h2>
                    {actions && <div class="row-wrap push">{actions}</div>}
                    {text !== undefined && <p>{text}</p>}
                </header>
            )}
            {flush ? children : <div class="body">{children}</div>}
            {footer && <footer>{footer}</footer>}
        </section>
    );
}

export type Tone = "ok" | "warn" | "bad" | "accent" | "";

export function Badge({ tone = "", plain, children }: { tone?: Tone; plain?: boolean; children: ComponentChildren }) {
    return <span class={["badge", tone, plain && "plain"].filter(Boolean).join(" ")}>{children}</span>;
}

export function Badges({ items, most = 3 }: { items: string[]; most?: number }) {
    if (items.length === 0) {
        return <span class="faint">none</span>;
    }
    return (
        <span class="badges">
            {items.slice(0, most).map((item) => <Badge key={item} plain>{item}</Badge>)}
            {items.length > most && <span title={items.slice(most).join(", ")}><Badge plain>+{items.length - most}</Badge></span>}
        </span>
    );
}

export function Avatar({ name, large, icon }: { name: string; large?: boolean; icon?: IconName }) {
    return (
        <span class={["avatar", large && "large", icon && "square"].filter(Boolean).join(" ")} aria-hidden="true">
            {icon ? <Icon name={icon} /> : initials(name)}
        </span>
    );
}

export function Cell({ lead, title, small, href }: {
    lead?: ComponentChildren;
    title: ComponentChildren;
    small?: ComponentChildren;
    href?: string;
}) {
    return (
        <span class="cell">
            {lead}
            <span>
                <b>{href === undefined ? title : <a class="cover" href={href}>{title}</a>}</b>
                {small !== undefined && small !== "" && <small>{small}</small>}
            </span>
        </span>
    );
}

/** A moment as people say it; the exact time on hover. */
export function Ago({ at, none = "never" }: { at: string | undefined; none?: string }) {
    const time = useNow();
    if (at === undefined) {
        return <span class="faint">{none}</span>;
    }
    return <time dateTime={at} title={exactTime(at)}>{ago(at, time)}</time>;
}

const RING = 2 * Math.PI * 8;
const HURRY_SECONDS = 30;

/** A clock that runs out. */
export function Countdown({ from, until }: { from: string; until: string }) {
    const time = useNow();
    const whole = Math.max(1, Date.parse(until) - Date.parse(from));
    const left = Math.max(0, Date.parse(until) - time);
    return (
        <span class={left < HURRY_SECONDS * 1000 ? "ring hurry" : "ring"} role="timer">
            <svg viewBox="0 0 20 20" aria-hidden="true">
                <circle cx="10" cy="10" r="8" />
                <circle cx="10" cy="10" r="8" stroke-dasharray={RING} stroke-dashoffset={RING * (1 - left / whole)} />
            </svg>
            {remaining(until, time)}
        </span>
    );
}

export function Empty({ icon, title, children, action }: {
    icon: IconName;
    title: string;
    children?: ComponentChildren;
    action?: ComponentChildren;
}) {
    return (
        <div class="empty">
            <span class="art"><Icon name={icon} /></span>
            <h2>{title}</h2>
            {children && <p>{children}</p>}
            {action && <div class="actions">{action}</div>}
        </div>
    );
}

export function Bones({ lines = 4 }: { lines?: number }) {
    return (
        <div class="stack" role="status" aria-label="Loading">
            {Array.from({ length: lines }, (_, index) => <span key={index} class={`bone ${["w1", "", "w2"][index % 3]}`} />)}
        </div>
    );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => unknown }) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
        <Empty
            icon={missing ? "search" : "warn"}
            title={missing ? "Not found" : "This can't be shown"}
            action={retry && !missing && <Button icon="refresh" onClick={retry}>Try again</Button>}
        >
            {sentenceOf(error)}
        </Empty>
    );
}

/** Shows a query: bones while it is asked for, what went wrong, or its data. */
export function Loaded<T>({ query, retry, lines, children }: {
    query: { data: T | undefined; error: unknown };
    retry?: () => unknown;
    lines?: number;
    children: (data: T) => ComponentChildren;
}) {
    if (query.data !== undefined) {
        return <>{children(query.data)}</>;
    }
    return query.error === undefined ? <Bones {...(lines !== undefined && { lines })} /> : <Failed error={query.error} {...(retry && { retry })} />;
}

export function Facts({ items }: { items: [string, ComponentChildren][] }) {
    return (
        <dl class="facts">
            {items.map(([name, value]) => [<dt key={`t${name}`}>{name}</dt>, <dd key={`d${name}`}>{value}</dd>])}
        </dl>
    );
}

export function Note({ tone, icon = "info", children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
    return (
        <div class={`note ${tone ?? ""}`}>
            <Icon name={icon} />
            <div>{children}</div>
        </div>
    );
}

/** A picture that the server drew. As an image it can't run anything. */
export function QrCode({ svg, label }: { svg: string; label: string }) {
    const bytes = new TextEncoder().encode(svg);
    const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return <img class="qr" src={`data:image/svg+xml;base64,${data}`} alt={label} width={208} height={208} />;
}
