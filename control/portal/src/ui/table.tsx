import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Listing } from "../api/types";
import { count } from "../format/text";
import { invalidate, useQuery } from "../state/queries";
import { toastError } from "../state/toasts";
import { Button } from "./controls";
import { Icon } from "./icons";
import { Bones, Failed } from "./parts";

export interface Column<T> {
    /** Shown above, and beside the value on small screens; empty for actions. */
    head: string;
    cell: (row: T) => ComponentChildren;
    kind?: "num" | "end";
}

/** Rows and columns; cards on small screens. */
export function Table<T>({ label, columns, rows, id, linked }: {
    label: string;
    columns: Column<T>[];
    rows: T[];
    id: (row: T) => string;
    /** Whether the first cell's link covers the row. */
    linked?: boolean;
}) {
    return (
        <div class="table-wrap">
            <table aria-label={label}>
                <thead>
                    <tr>
                        {columns.map((column, index) => (
                            <th key={index} scope="col" class={column.kind}>
                                {column.head === "" ? <span class="sr">Actions</span> : column.head}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
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
