import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, got } from "../api/client";
import { logOut } from "../state/login";
import { go } from "../state/router";
import { may } from "../state/session";
import { theme } from "../state/theme";
import { toastError } from "../state/toasts";
import { Icon, type IconName } from "../ui/icons";
import { visiblePages } from "./nav";
import { helpOpen, mainAction, paletteOpen } from "./open";
import { rank } from "./rank";

interface Option {
    group: string;
    icon: IconName;
    label: string;
    hint?: string;
    run: () => unknown;
}

const TYPING_MILLIS = 150;
const FOUND = 5;

function fixed(): Option[] {
    const action = mainAction.value;
    const dark = document.documentElement.dataset.theme === "dark";
    return [
        ...(action ? [{ group: "Actions", icon: "plus" as const, label: action.label, hint: "c", run: action.run }] : []),
        ...visiblePages(true).map((page) => ({
            group: "Go to",
            icon: page.icon,
            label: page.title,
            ...(page.keys !== undefined && { hint: `g ${page.keys}` }),
            run: () => go(page.path),
        })),
        { group: "Actions", icon: "phone", label: "Add a device of mine", run: () => go("/me/devices?new=1") },
        ...(may("MANAGE USERS") ? [{ group: "Actions", icon: "user" as const, label: "Add a user", run: () => go("/users?new=1") }] : []),
        ...(may("MANAGE DEVICES") ? [{ group: "Actions", icon: "laptop" as const, label: "Add a device for somebody", run: () => go("/devices?new=1") }] : []),
        ...(may("MANAGE RESOURCES") ? [{ group: "Actions", icon: "resource" as const, label: "Add a resource", run: () => go("/resources?new=1") }] : []),
        ...(may("MANAGE GRANTS") ? [{ group: "Actions", icon: "grant" as const, label: "Add a grant", run: () => go("/grants?new=1") }] : []),
        { group: "Actions", icon: dark ? "sun" : "moon", label: dark ? "Light theme" : "Dark theme", run: () => (theme.value = dark ? "light" : "dark") },
        { group: "Actions", icon: "keyboard", label: "Keyboard shortcuts", hint: "?", run: () => (helpOpen.value = true) },
        { group: "Actions", icon: "logout", label: "Log out", run: logOut },
    ];
}

/** People, devices and resources by name, as far as this person may see them. */
async function find(q: string): Promise<Option[]> {
    const query = { params: { query: { q, limit: FOUND } } };
    const [users, devices, resources] = await Promise.all([
        may("VIEW USERS") ? got(api.GET("/users", query)) : undefined,
        may("VIEW NETWORK") ? got(api.GET("/devices", query)) : undefined,
        may("VIEW NETWORK") ? got(api.GET("/resources", query)) : undefined,
    ]);
    return [
        ...(users?.items ?? []).map((one): Option => ({
            group: "Users", icon: "user", label: one.displayName || one.name, hint: one.name, run: () => go(`/users/${one.id}`),
        })),
        ...(devices?.items ?? []).map((one): Option => ({
            group: "Devices", icon: "laptop", label: one.name, hint: one.user, run: () => go(`/devices/${one.id}`),
        })),
        ...(resources?.items ?? []).map((one): Option => ({
            group: "Resources", icon: "resource", label: one.name, hint: `${one.cidr} ${one.ports}`, run: () => go(`/resources/${one.id}`),
        })),
    ];
}

function PaletteBody() {
    const dialog = useRef<HTMLDialogElement>(null);
    const list = useRef<HTMLUListElement>(null);
    const [text, setText] = useState("");
    const [found, setFound] = useState<Option[]>([]);
    const [at, setAt] = useState(0);
    const close = (): void => {
        paletteOpen.value = false;
    };

    useLayoutEffect(() => {
        const before = document.activeElement as HTMLElement | null;
        dialog.current?.showModal();
        return () => before?.focus?.();
    }, []);
    useEffect(() => {
        setAt(0);
        if (text.trim().length < 2) {
            setFound([]);
            return;
        }
        let late = false;
        const timer = setTimeout(() => {
            find(text.trim()).then((options) => !late && setFound(options), toastError);
        }, TYPING_MILLIS);
        return () => {
            late = true;
            clearTimeout(timer);
        };
    }, [text]);

    const options = [...rank(fixed(), text, (one) => one.label), ...found];
    useEffect(() => {
        list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }, [at]);
    const choose = (option: Option | undefined): void => {
        if (option !== undefined) {
            close();
            const result = option.run();
            if (result instanceof Promise) {
                result.catch(toastError);
            }
        }
    };
    const onKey = (event: KeyboardEvent): void => {
        const last = options.length - 1;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setAt(event.key === "ArrowDown" ? (at >= last ? 0 : at + 1) : at <= 0 ? last : at - 1);
        } else if (event.key === "Enter") {
            event.preventDefault();
            choose(options[at]);
        }
    };
    return (
        <dialog
            ref={dialog}
            class="palette"
            aria-label="Command palette"
            onCancel={(event) => { event.preventDefault(); close(); }}
            onMouseDown={(event) => event.target === dialog.current && close()}
        >
            <input
                class="input"
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant={options.length > 0 ? `palette-${at}` : undefined}
                aria-label="Search people, devices, resources, pages and actions"
                placeholder="Search people, devices, resources, or do something"
                autocomplete="off"
                spellcheck={false}
                autofocus
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
                onKeyDown={onKey}
            />
            <ul id="palette-list" role="listbox" aria-label="Results" tabIndex={-1} ref={list}>
                {options.map((option, index) => [
                    option.group !== options[index - 1]?.group && (
                        <li key={`group-${index}`} class="group" role="presentation">{option.group}</li>
                    ),
                    <li
                        key={`${option.group}-${option.label}-${index}`}
                        id={`palette-${index}`}
                        class="option"
                        role="option"
                        aria-selected={index === at}
                        onMouseMove={() => setAt(index)}
                        onClick={() => choose(option)}
                    >
                        <Icon name={option.icon} />
                        {option.label}
                        {option.hint !== undefined && <small>{option.hint}</small>}
                    </li>,
                ])}
            </ul>
            {options.length === 0 && <p class="none" role="status">Nothing is called “{text}”.</p>}
            <footer>
                <span><kbd>↑</kbd> <kbd>↓</kbd> choose</span>
                <span><kbd>Enter</kbd> open</span>
                <span><kbd>Esc</kbd> close</span>
            </footer>
        </dialog>
    );
}

export function Palette() {
    return paletteOpen.value ? <PaletteBody /> : null;
}
