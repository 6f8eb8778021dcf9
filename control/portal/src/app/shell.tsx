import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { live } from "../state/live";
import { match, path } from "../state/router";
import { mayAny, session } from "../state/session";
import { LinkButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Bones, Empty, Failed, Page } from "../ui/parts";
import { BottomBar, Sidebar } from "./nav";
import { PAGES, type PageEntry, type PageProps } from "./pages";
import { Palette } from "./palette";
import { ShortcutHelp, useShortcuts } from "./shortcuts";

function found(at: string): { page: PageEntry; params: Record<string, string> } | undefined {
    for (const page of PAGES) {
        const params = match(page.path, at);
        if (params !== undefined) {
            return { page, params };
        }
    }
    return undefined;
}

const loaded = new Map<PageEntry, ComponentType<PageProps>>();

/** The page of the address, its code fetched when it is first wanted. */
function Routed() {
    const target = found(path.value);
    const page = target?.page;
    const [, arrived] = useState(0);
    const [failure, setFailure] = useState<unknown>();
    useEffect(() => {
        setFailure(undefined);
        if (page !== undefined && !loaded.has(page)) {
            page.load().then(
                (module) => {
                    loaded.set(page, module.default);
                    arrived((count) => count + 1);
                },
                (error: unknown) => setFailure(error),
            );
        }
    }, [page]);
    // The user's name is a dependency: what they may do decides.
    if (target === undefined || !mayAny(...target.page.permissions) || session.value === null) {
        return <NotFound />;
    }
    const Content = loaded.get(target.page);
    if (Content === undefined) {
        return failure === undefined ? <Bones lines={6} /> : <Failed error={failure} retry={() => location.reload()} />;
    }
    return <Content key={path.value} params={target.params} />;
}

function NotFound() {
    return (
        <Page title="Not found">
            <Empty icon="search" title="There is no such page" action={<LinkButton href="/" kind="primary">Go home</LinkButton>}>
                It does not exist, or you may not see it.
            </Empty>
        </Page>
    );
}

/** The frame of everything behind the login. */
export function Shell() {
    const main = useRef<HTMLElement>(null);
    const top = useRef<HTMLSpanElement>(null);
    const before = useRef<string>(undefined);
    useShortcuts();
    useEffect(() => {
        live.start();
        return () => live.stop();
    }, []);
    // A new page is read from its beginning, before the next key is pressed.
    useLayoutEffect(() => {
        const from = before.current;
        before.current = path.value;
        if (from === undefined || from === "/login") {
            // What had the focus is gone with the login; the next Tab is to reach the first link.
            top.current?.focus({ preventScroll: true });
        } else if (document.querySelector("dialog[open]") === null) {
            main.current?.focus();
        }
    }, [path.value]);
    return (
        <>
            <span ref={top} tabIndex={-1} />
            <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to content</a>
            <div class="shell">
                <Sidebar />
                <div class="stage">
                    <Offline />
                    <main id="main" ref={main} tabIndex={-1}>
                        <Routed />
                    </main>
                </div>
                <BottomBar />
            </div>
            <Palette />
            <ShortcutHelp />
        </>
    );
}

function Offline() {
    const [online, setOnline] = useState(navigator.onLine);
    useEffect(() => {
        const update = (): void => setOnline(navigator.onLine);
        addEventListener("online", update);
        addEventListener("offline", update);
        return () => {
            removeEventListener("online", update);
            removeEventListener("offline", update);
        };
    }, []);
    return online ? null : (
        <div class="offline" role="status">
            <Icon name="wifiOff" />You are offline. What you see may be old, and nothing can be changed.
        </div>
    );
}
