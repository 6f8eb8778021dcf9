import { useEffect } from "preact/hooks";
import { go } from "../state/router";
import { mayAny } from "../state/session";
import { Dialog } from "../ui/dialogs";
import { helpOpen, mainAction, paletteOpen } from "./open";
import { PAGES, SHORTCUTS } from "./pages";

const SEQUENCE_MILLIS = 1_200;

/** No sequence has begun: times count from when the page was opened, so 0 would be a moment ago at first. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Keys that work everywhere but in fields and dialogs. */
export function useShortcuts(): void {
    useEffect(() => {
        let goingSince = NEVER;
        const onKey = (event: KeyboardEvent): void => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                paletteOpen.value = !paletteOpen.value;
                return;
            }
            const target = event.target as HTMLElement;
            const typing = target.closest("input, textarea, select, [contenteditable], [role=menu]") !== null;
            const over = document.querySelector("dialog[open]") !== null;
            if (typing || over || event.ctrlKey || event.metaKey || event.altKey) {
                return;
            }
            if (event.timeStamp - goingSince < SEQUENCE_MILLIS) {
                goingSince = NEVER;
                const page = PAGES.find((one) => one.keys === event.key && mayAny(...one.permissions));
                if (page !== undefined) {
                    event.preventDefault();
                    go(page.path);
                }
                return;
            }
            if (event.key === "g") {
                goingSince = event.timeStamp;
            } else if (event.key === "?") {
                helpOpen.value = true;
            } else if (event.key === "/") {
                event.preventDefault();
                document.querySelector<HTMLInputElement>("main input[type=search]")?.focus();
            } else if (event.key === "c" && mainAction.value !== undefined) {
                event.preventDefault();
                mainAction.value.run();
            }
        };
        addEventListener("keydown", onKey);
        return () => removeEventListener("keydown", onKey);
    }, []);
}

/** Makes something the main action of the page while it is shown. */
export function useMainAction(label: string, run: () => void, allowed = true): void {
    useEffect(() => {
        if (allowed) {
            mainAction.value = { label, run };
        }
        return () => {
            mainAction.value = undefined;
        };
    }, [label, allowed]);
}

export function ShortcutHelp() {
    if (!helpOpen.value) {
        return null;
    }
    const pages = PAGES.filter((page) => page.keys !== undefined && mayAny(...page.permissions));
    const line = (keys: string[], text: string) => (
        <li key={text} class="row">
            <span>{text}</span>
            <span class="row push">{keys.map((key) => <kbd key={key}>{key}</kbd>)}</span>
        </li>
    );
    return (
        <Dialog title="Keyboard shortcuts" onClose={() => (helpOpen.value = false)}>
            <div class="halves">
                <ul class="stack">{SHORTCUTS.map((one) => line(one.keys, one.text))}</ul>
                <ul class="stack">{pages.map((page) => line(["g", page.keys ?? ""], page.title))}</ul>
            </div>
        </Dialog>
    );
}
