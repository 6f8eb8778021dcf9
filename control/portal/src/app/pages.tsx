import type { ComponentType } from "preact";
import type { IconName } from "../ui/icons";

/** One page: where it is, what it is called, who may see it, and its code, which is fetched when it is wanted. */
export interface PageEntry {
    path: string;
    title: string;
    icon: IconName;
    group: "" | "You" | "People" | "Network" | "Watch" | "Server";
    /** Any of them is enough; none = everybody. */
    permissions: string[];
    /** Shown in the menu. */
    menu: boolean;
    /** Keys after `g`. */
    keys?: string;
    load: () => Promise<{ default: ComponentType<PageProps> }>;
}

/** What a page gets: the parameters of its path. */
export interface PageProps {
    params: Record<string, string>;
}

type Rest = Partial<Pick<PageEntry, "permissions" | "menu" | "keys">>;

function page(group: PageEntry["group"], path: string, title: string, icon: IconName, load: PageEntry["load"], rest: Rest = {}): PageEntry {
    return { group, path, title, icon, load, permissions: [], menu: true, ...rest };
}

const NETWORK = ["VIEW NETWORK"];

export const PAGES: PageEntry[] = [
    page("", "/", "Home", "home", () => import("../pages/home"), { keys: "h" }),
    page("You", "/approvals", "Approvals", "shield", () => import("../pages/approvals"), { keys: "a" }),
    page("You", "/approvals/:id", "Approval", "shield", () => import("../pages/approvals"), { menu: false }),
    page("You", "/me/devices", "My devices", "phone", () => import("../pages/mydevices"), { keys: "m" }),
    page("You", "/me/setup", "Set up WireGuard", "book", () => import("../pages/setup")),
    page("You", "/me/access", "My access", "resource", () => import("../pages/myaccess")),
    page("You", "/me/flows", "My flows", "flow", () => import("../pages/myflows")),
    page("You", "/me/security", "Profile and security", "passkey", () => import("../pages/mysecurity"), { keys: "p" }),
    page("People", "/users", "Users", "users", () => import("../pages/users"), { permissions: ["VIEW USERS"], keys: "u" }),
    page("People", "/users/:id", "User", "user", () => import("../pages/user"), { permissions: ["VIEW USERS"], menu: false }),
    page("People", "/roles", "Roles", "role", () => import("../pages/roles"), { permissions: ["VIEW USERS"] }),
    page("People", "/factors", "Second factors", "key", () => import("../pages/factorrules"), { permissions: ["VIEW USERS"] }),
    page("People", "/directories", "Directories", "directory", () => import("../pages/directories"), { permissions: ["MANAGE DIRECTORIES"] }),
    page("People", "/tokens", "API tokens", "token", () => import("../pages/tokens"), { keys: "t" }),
    page("Network", "/devices", "Devices", "laptop", () => import("../pages/devices"), { permissions: NETWORK, keys: "d" }),
    page("Network", "/devices/:id", "Device", "laptop", () => import("../pages/device"), { permissions: NETWORK, menu: false }),
    page("Network", "/locked", "Locked devices", "lock", () => import("../pages/locked"), { permissions: NETWORK, keys: "k" }),
    page("Network", "/resources", "Resources", "resource", () => import("../pages/resources"), { permissions: NETWORK, keys: "r" }),
    page("Network", "/resources/overlaps", "Overlaps", "resource", () => import("../pages/overlaps"), { permissions: NETWORK, menu: false }),
    page("Network", "/resources/:id", "Resource", "resource", () => import("../pages/resource"), { permissions: NETWORK, menu: false }),
    page("Network", "/grants", "Grants", "grant", () => import("../pages/grants"), { permissions: NETWORK, keys: "g" }),
    page("Network", "/grants/:id", "Grant", "grant", () => import("../pages/grant"), { permissions: NETWORK, menu: false }),
    page("Network", "/requests", "Requests", "inbox", () => import("../pages/requests"), { permissions: ["APPROVE REQUESTS", "REQUEST"], keys: "q" }),
    page("Network", "/explain", "Explain access", "question", () => import("../pages/explain"), { permissions: NETWORK, keys: "e" }),
    page("Network", "/map", "Map of access", "flow", () => import("../pages/map"), { permissions: NETWORK, keys: "w" }),
    page("Network", "/network", "Network settings", "network", () => import("../pages/network"), { permissions: NETWORK, keys: "n" }),
    page("Watch", "/flows", "Flows", "flow", () => import("../pages/flows"), { permissions: ["VIEW ALL LOGS"], keys: "f" }),
    page("Watch", "/audit", "Audit log", "audit", () => import("../pages/audit"), { permissions: ["VIEW AUDIT"], keys: "l" }),
    page("Watch", "/alerts", "Alerts", "bell", () => import("../pages/alerts"), { permissions: ["MANAGE ALERTS"] }),
    page("Server", "/secrets", "Secrets", "vault", () => import("../pages/secrets"), { permissions: ["MANAGE SECRETS"], keys: "s" }),
    page("Server", "/settings", "Settings", "settings", () => import("../pages/settings"), { permissions: ["MANAGE SETTINGS", "BACKUP"], keys: "," }),
    page("Server", "/licences", "Licences", "book", () => import("../pages/licences"), { menu: false }),
    page("You", "/device", "Connect a command line", "token", () => import("../pages/devicecode"), { menu: false }),
];

export const SHORTCUTS: { keys: string[]; text: string }[] = [
    { keys: ["Ctrl", "K"], text: "Open the command palette" },
    { keys: ["?"], text: "Show this help" },
    { keys: ["/"], text: "Search on this page" },
    { keys: ["c"], text: "Create: the main action of this page" },
    { keys: ["g", "then a letter"], text: "Go to a page" },
    { keys: ["n"], text: "Next page of a long list" },
    { keys: ["p"], text: "Previous page" },
    { keys: ["↓", "↑"], text: "Walk the rows of a list; ↓ in its search goes to the first" },
    { keys: ["Esc"], text: "Close what is open" },
];
