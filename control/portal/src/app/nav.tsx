import { useEffect, useRef, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { AccessRequest, Challenge, Device, Listing, NetworkSettings } from "../api/types";
import { logOut } from "../state/login";
import { live } from "../state/live";
import { useQuery } from "../state/queries";
import { path } from "../state/router";
import { may, mayAny, session } from "../state/session";
import { type Theme, theme } from "../state/theme";
import { Button, Menu, type MenuItem } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Icon, type IconName, Mark } from "../ui/icons";
import { Avatar } from "../ui/parts";
import { PAGES, type PageEntry } from "./pages";
import { helpOpen, paletteOpen } from "./open";

const GROUPS = ["", "You", "People", "Network", "Watch", "Server"] as const;

export function useChallenges() {
    return useQuery<Listing<Challenge>>("challenges", () => got(api.GET("/challenges", { params: { query: { state: "open" } } })));
}

export function useRequests() {
    return useQuery<Listing<AccessRequest>>("requests", () =>
        mayAny("APPROVE REQUESTS", "REQUEST") ? got(api.GET("/requests", { params: { query: { limit: 500 } } })) : Promise.resolve({ items: [] }),
    );
}

export function useLockedDevices() {
    return useQuery<Listing<Device>>("devices?state=locked", () =>
        may("VIEW NETWORK") ? got(api.GET("/devices", { params: { query: { state: "locked" } } })) : Promise.resolve({ items: [] }),
    );
}

/** Requests of others that wait for this person. */
export function waitingRequests(list: Listing<AccessRequest> | undefined): AccessRequest[] {
    return (list?.items ?? []).filter((one) => one.state === "open" && one.mayDecide);
}

export function visiblePages(networkOn: boolean): PageEntry[] {
    const hidden = (page: PageEntry): boolean =>
        !networkOn && page.group === "Network" && page.path !== "/network";
    return PAGES.filter((page) => page.menu && mayAny(...page.permissions) && !hidden(page));
}

/** The module can be switched off; then its pages leave the menu. */
function useNetworkOn(): boolean {
    const settings = useQuery<NetworkSettings | null>("network/settings", () =>
        may("VIEW NETWORK") ? got(api.GET("/network/settings")) : Promise.resolve(null),
    );
    return settings.data?.enabled !== false;
}

function useCounts(): Record<string, number> {
    const challenges = useChallenges();
    const requests = useRequests();
    const locked = useLockedDevices();
    return {
        "/locked": locked.data?.total ?? locked.data?.items.length ?? 0,
        "/approvals": (challenges.data?.items ?? []).filter((one) => one.state === "open").length,
        "/requests": waitingRequests(requests.data).length,
    };
}

function isCurrent(page: PageEntry): boolean {
    return page.path === "/" ? path.value === "/" : path.value === page.path || path.value.startsWith(`${page.path}/`);
}

function NavLinks({ onGo }: { onGo?: () => void }) {
    const counts = useCounts();
    const pages = visiblePages(useNetworkOn());
    const nav = useRef<HTMLElement>(null);
    // The current page stays in sight, whichever way it was reached.
    useEffect(() => {
        if (onGo === undefined) {
            nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
        }
    }, [path.value]);
    return (
        <nav class="nav" aria-label="Main" ref={nav} onClick={onGo}>
            {GROUPS.map((group) => {
                const entries = pages.filter((page) => page.group === group);
                return entries.length > 0 && (
                    <div key={group}>
                        {group !== "" && <h2>{group}</h2>}
                        <ul>
                            {entries.map((page) => (
                                <li key={page.path}>
                                    <a href={page.path} aria-current={isCurrent(page) ? "page" : undefined}>
                                        <Icon name={page.icon} />
                                        {page.title}
                                        {(counts[page.path] ?? 0) > 0 && (
                                            <span class="n">{counts[page.path]}<span class="sr"> waiting</span></span>
                                        )}
                                    </a>
                                </li>
                            ))}
                        </ul>
                    </div>
                );
            })}
        </nav>
    );
}

const THEMES: { key: Theme; label: string; icon: IconName }[] = [
    { key: "light", label: "Light", icon: "sun" },
    { key: "dark", label: "Dark", icon: "moon" },
    { key: "system", label: "Like the system", icon: "monitor" },
];

function personItems(): (MenuItem | "line")[] {
    return [
        { label: "Profile and security", icon: "passkey", href: "/me/security" },
        { label: "Keyboard shortcuts", icon: "keyboard", run: () => (helpOpen.value = true) },
        { label: "Licences", icon: "book", href: "/licences" },
        "line",
        ...THEMES.map(({ key, label, icon }) => ({ label, icon, checked: theme.value === key, run: () => (theme.value = key) })),
        "line",
        { label: "Log out", icon: "logout", run: logOut },
    ];
}

export function Sidebar() {
    const person = session.value?.user;
    return (
        <header class="side">
            <a class="brand" href="/"><Mark />Sekisho</a>
            <button type="button" class="seek" onClick={() => (paletteOpen.value = true)}>
                <Icon name="search" />Search or jump to
                <kbd>Ctrl K</kbd>
            </button>
            <NavLinks />
            <div class="whoami">
                <Menu
                    label="Your menu"
                    up
                    items={personItems()}
                    button={(props) => (
                        <button {...props} class="me">
                            <Avatar name={person?.displayName || person?.name || "?"} />
                            <span>
                                <b>{person?.displayName || person?.name}</b>
                                <small class="row">
                                    <span class={live.connected.value ? "live-dot" : "live-dot off"} />
                                    {live.connected.value ? "Live" : "Connecting"}
                                </small>
                            </span>
                            <Icon name="more" />
                        </button>
                    )}
                />
            </div>
        </header>
    );
}

/** On small screens: four places for the thumb, everything else behind "More". */
export function BottomBar() {
    const [open, setOpen] = useState(false);
    const counts = useCounts();
    const places = PAGES.filter((page) => ["/", "/approvals", "/me/devices", "/me/access"].includes(page.path));
    const elsewhere = visiblePages(true).filter((page) => !places.includes(page)).reduce((sum, page) => sum + (counts[page.path] ?? 0), 0);
    return (
        <>
            <nav class="bar" aria-label="Quick">
                {places.map((page) => (
                    <a key={page.path} href={page.path} aria-current={isCurrent(page) ? "page" : undefined}>
                        <Icon name={page.icon} />
                        {page.title.replace("My ", "").replace(/^./, (first) => first.toUpperCase())}
                        {(counts[page.path] ?? 0) > 0 && <span class="n">{counts[page.path]}<span class="sr"> waiting</span></span>}
                    </a>
                ))}
                <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
                    <Icon name="menu" />
                    More
                    {elsewhere > 0 && <span class="n">{elsewhere}<span class="sr"> waiting</span></span>}
                </button>
            </nav>
            {open && (
                <Dialog title={session.value?.user.displayName || "Menu"} onClose={() => setOpen(false)}>
                    <div class="row-wrap">
                        <Button icon="search" onClick={() => { setOpen(false); paletteOpen.value = true; }}>Search</Button>
                        <Menu
                            label="Theme"
                            items={THEMES.map(({ key, label, icon }) => ({ label, icon, checked: theme.value === key, run: () => (theme.value = key) }))}
                            button={(props) => <button {...props} class="btn"><Icon name="sun" />Theme</button>}
                        />
                        <Button icon="logout" onClick={logOut}>Log out</Button>
                    </div>
                    <div class="drawer-nav"><div class="side"><NavLinks onGo={() => setOpen(false)} /></div></div>
                </Dialog>
            )}
        </>
    );
}
