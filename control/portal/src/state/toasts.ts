import { signal } from "@preact/signals";
import { sentenceOf } from "../api/problem";

export interface Toast {
    id: number;
    kind: "ok" | "bad" | "info";
    text: string;
    action?: { label: string; run(): void };
}

const SHOWN_MILLIS = 6_000;
let next = 1;

export const toasts = signal<Toast[]>([]);

export function toast(text: string, kind: Toast["kind"] = "ok", action?: Toast["action"]): void {
    const id = next++;
    // Whoever is told something in two ways, as an approver and as an owner, reads it once.
    const others = toasts.value.filter((one) => one.text !== text);
    toasts.value = [...others.slice(-3), { id, kind, text, ...(action && { action }) }];
    setTimeout(() => dismiss(id), kind === "bad" ? SHOWN_MILLIS * 2 : SHOWN_MILLIS);
}

export function toastError(error: unknown): void {
    toast(sentenceOf(error), "bad");
}

export function dismiss(id: number): void {
    toasts.value = toasts.value.filter((one) => one.id !== id);
}
