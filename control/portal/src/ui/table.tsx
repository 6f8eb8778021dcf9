import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Listing } from "../api/types";
import { count } from "../format/text";
import { invalidate, useQuery } from "../state/queries";
import { query, setFilter, setQueries } from "../state/router";
import { toastError } from "../state/toasts";
import { Button } from "./controls";
import { Icon } from "./icons";
import { Bones, Failed } from "./parts";

export interface Column<T> {
    /** Shown above, and beside the value on small screens; empty for actions. */
    head: string;
    cell: (row: T) => ComponentChildren;
    kind?: "num" | "end";
    /** What the server calls the order by this column; without it there is none. */
    sort?: string;
}

/** By which column a table goes: the server's word for it, with a - in front when it goes down. */
export interface Sorting {
    by: string;
    onChange: (by: string) => void;
}

function Head<T>({ column, sorting }: { column: Column<T>; sorting: Sorting | undefined }) {
    if (column.head === "") {
        return <th scope="col" class={column.kind}><span class="sr">Actions</span></th>;
    }
    const { sort } = column;
    if (sort === undefined || sorting === undefined) {
        return <th scope="col" class={column.kind}>{column.head}</th>;
    }
    const up = sorting.by === sort;
    const down = sorting.by === `-${sort}`;
    return (
        <th scope="col" class={column.kind} aria-sort={up ? "ascending" : down ? "descending" : undefined}>
            <button type="button" class="sort" onClick={() => sorting.onChange(up ? `-${sort}` : sort)}>
                {column.head}
                {(up || down) && <span class={up ? "up" : undefined}><Icon name="down" /></span>}
            </button>
        </th>
    );
}

/** Arrows, Home and End walk the rows by their links. */
function walkRows(event: KeyboardEvent): void {
    const link = (event.target as Element).closest<HTMLElement>("a.cover");
    if (link === null) {
        return;
    }
    const links = [...(link.closest("tbody")?.querySelectorAll<HTMLElement>("a.cover") ?? [])];
    const at = links.indexOf(link);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    const next = to === undefined ? undefined : links[to];
    if (next !== undefined) {
        event.preventDefault();
        next.focus();
    }
}

/** Rows and columns; cards on small screens. */
export function Table<T>({ label, columns, rows, id, linked, sorting, busy }: {
    label: string;
    columns: Column<T>[];
    rows: T[];
    id: (row: T) => string;
    /** Whether the first cell's link covers the row. */
    linked?: boolean;
    sorting?: Sorting;
    /** Whether newer rows are under way. */
    busy?: boolean;
}) {
    return (
        <div class="table-wrap">
            <table aria-label={label} aria-busy={busy || undefined}>
                <thead>
                    <tr>{columns.map((column, index) => <Head key={index} column={column} sorting={sorting} />)}</tr>
                </thead>
                <tbody onKeyDown={linked ? walkRows : undefined}>
                    {rows.map((row) => (
                        <tr key={id(row)} class={linked ? "linked" : undefined}>
                            {columns.map((column, index) => (
                                <td key={index} class={column.kind} data-label={index === 0 || column.head === "" ? undefined : column.head}>
                                    {column.cell(row)}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

export interface Listed<T> {
    items: T[] | undefined;
    total: number;
    error: unknown;
    hasMore: boolean;
    more: () => Promise<void>;
    retry: () => Promise<void>;
}

/** A list page by page. What a live event invalidates is asked for again from the start. */
export function useListing<T>(key: string, load: (cursor: string | undefined) => Promise<Listing<T>>): Listed<T> {
    const first = useQuery(key, () => load(undefined));
    const [rest, setRest] = useState<{ of: unknown; items: T[]; next: string | undefined }>({ of: undefined, items: [], next: undefined });
    const current = rest.of === first.data ? rest : undefined;
    const next = current === undefined ? first.data?.next : current.next;
    return {
        items: first.data && [...first.data.items, ...(current?.items ?? [])],
        total: first.data?.total ?? first.data?.items.length ?? 0,
        error: first.error,
        hasMore: next !== undefined,
        more: async () => {
            const page = await load(next);
            setRest({ of: first.data, items: [...(current?.items ?? []), ...page.items], next: page.next });
        },
        retry: () => invalidate(key),
    };
}

/** A listing with its states: bones, error, empty, table, more. */
export function ListingTable<T>({ listed, empty, ...table }: {
    listed: Listed<T>;
    empty: ComponentChildren;
    label: string;
    columns: Column<T>[];
    id: (row: T) => string;
    linked?: boolean;
}) {
    if (listed.items === undefined) {
        return listed.error === undefined ? <Bones lines={6} /> : <Failed error={listed.error} retry={listed.retry} />;
    }
    if (listed.items.length === 0) {
        return <>{empty}</>;
    }
    return (
        <>
            <Table {...table} rows={listed.items} />
            {listed.hasMore && (
                <div class="more">
                    <Button onClick={() => listed.more().catch(toastError)}>Show more</Button>
                </div>
            )}
        </>
    );
}

export const PAGE_SIZES = [50, 100, 500];

/** Where the page before one begins, as far as somebody has gone there from it. */
const trail = new Map<string, { cursor: string; from: string }>();

export interface Paged<T> {
    items: T[] | undefined;
    total: number;
    error: unknown;
    busy: boolean;
    /** Rows before this page. */
    from: number;
    next: (() => void) | undefined;
    previous: (() => void) | undefined;
    retry: () => Promise<void>;
}

/** One page of a list that may be very long; which one, and how many rows it has, stands in the address. */
export function usePages<T>(key: string, load: (page: { limit: number; cursor?: string }) => Promise<Listing<T>>): Paged<T> {
    const cursor = query.value.get("cursor") ?? "";
    const limit = Number(query.value.get("rows") ?? PAGE_SIZES[0]);
    const from = cursor === "" ? 0 : Number(query.value.get("from") ?? 0) || 0;
    const whole = `${key}&rows=${limit}&cursor=${cursor}`;
    const page = useQuery(whole, () => load({ limit, ...(cursor !== "" && { cursor }) }));
    // What was there stays until there is something else.
    const last = useRef<Listing<T>>(undefined);
    if (page.data !== undefined) {
        last.current = page.data;
    }
    const shown = page.data ?? (page.error === undefined ? last.current : undefined);
    const next = page.data?.next;
    return {
        items: shown?.items,
        total: shown?.total ?? 0,
        error: page.error,
        busy: page.data === undefined,
        from,
        next: next === undefined ? undefined : () => {
            trail.set(`${key} ${next}`, { cursor, from: String(from) });
            setQueries({ cursor: next, from: String(from + (page.data?.items.length ?? 0)) }, false);
        },
        previous: cursor === "" ? undefined : () => {
            const before = trail.get(`${key} ${cursor}`);
            setQueries({ cursor: before?.cursor ?? "", from: before?.cursor ? before.from : "" }, false);
        },
        retry: () => invalidate(whole),
    };
}

function Pager<T>({ paged }: { paged: Paged<T> }) {
    const { from, total, next, previous } = paged;
    const last = from + (paged.items?.length ?? 0);
    const turn = useRef({ next, previous });
    turn.current = { next, previous };
    useEffect(() => {
        const onKey = (event: KeyboardEvent): void => {
            const typing = (event.target as Element).closest("input, textarea, select, [contenteditable], [role=menu]") !== null;
            if (typing || document.querySelector("dialog[open]") !== null || event.ctrlKey || event.metaKey || event.altKey) {
                return;
            }
            if (event.key === "n" || event.key === "p") {
                (event.key === "n" ? turn.current.next : turn.current.previous)?.();
            }
        };
        addEventListener("keydown", onKey);
        return () => removeEventListener("keydown", onKey);
    }, []);
    return (
        <nav class="pager" aria-label="Pages">
            <span class="quiet small" aria-live="polite">{count(from + 1)}–{count(last)} of {count(total)}</span>
            <select class="select" aria-label="Rows on a page" value={query.value.get("rows") ?? String(PAGE_SIZES[0])} onChange={(event) => setFilter("rows", event.currentTarget.value)}>
                {PAGE_SIZES.map((size) => <option key={size} value={String(size)}>{size} rows</option>)}
            </select>
            <Button icon="back" disabled={previous === undefined} onClick={() => previous?.()}>Previous</Button>
            <Button icon="chevron" disabled={next === undefined} onClick={() => next?.()}>Next</Button>
        </nav>
    );
}

/** A page of a long list with its states: bones, error, empty, table, and how to turn the page. */
export function PagedTable<T>({ paged, empty, ...table }: {
    paged: Paged<T>;
    empty: ComponentChildren;
    label: string;
    columns: Column<T>[];
    id: (row: T) => string;
    linked?: boolean;
    sorting?: Sorting;
}) {
    if (paged.items === undefined) {
        return paged.error === undefined ? <Bones lines={6} /> : <Failed error={paged.error} retry={paged.retry} />;
    }
    if (paged.items.length === 0) {
        return <>{empty}</>;
    }
    return (
        <>
            <Table {...table} rows={paged.items} busy={paged.busy} />
            {(paged.total > (PAGE_SIZES[0] ?? 0) || paged.from > 0) && <Pager paged={paged} />}
        </>
    );
}

const TYPING_MILLIS = 200;

/** A search field that tells when typing pauses. */
export function Search({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
    const [text, setText] = useState(value);
    const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
    useEffect(() => () => clearTimeout(timer.current), []);
    return (
        <div class="search">
            <Icon name="search" />
            <input
                class="input"
                type="search"
                aria-label={label}
                placeholder={label}
                value={text}
                onInput={(event) => {
                    const typed = event.currentTarget.value;
                    setText(typed);
                    clearTimeout(timer.current);
                    timer.current = setTimeout(() => onChange(typed), TYPING_MILLIS);
                }}
                onKeyDown={(event) => {
                    const first = event.key === "ArrowDown" ? document.querySelector<HTMLElement>("main tbody a.cover") : null;
                    if (first !== null) {
                        event.preventDefault();
                        first.focus();
                    }
                }}
            />
        </div>
    );
}

export function Filter({ label, value, choices, onChange }: {
    label: string;
    value: string;
    choices: { value: string; label: string }[];
    onChange: (value: string) => void;
}) {
    return (
        <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
            {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>
    );
}

export function Total({ amount, one }: { amount: number; one: string }) {
    return <span class="total" aria-live="polite">{count(amount)} {amount === 1 ? one : `${one}s`}</span>;
}
