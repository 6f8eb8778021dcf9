import { api, got, whole } from "../api/client";
import type { Device } from "../api/types";
import { useChallenges, useLockedDevices, useRequests, waitingRequests } from "../app/nav";
import { lockSentence } from "../format/evidence";
import { count, plural } from "../format/text";
import { span } from "../format/time";
import { invalidate, useQuery } from "../state/queries";
import { requestPath } from "../state/offers";
import { go } from "../state/router";
import { may, session } from "../state/session";
import { LinkButton } from "../ui/controls";
import { Icon, type IconName } from "../ui/icons";
import { Ago, Avatar, Badge, Bones, Card, Countdown, Empty, Loaded, Page } from "../ui/parts";
import { WaitingHere } from "./approvals";
import { Dashboard } from "./dashboard";
import { Offers, ReachableList } from "./myaccess";

function greeting(): string {
    const hour = new Date().getHours();
    return hour < 5 ? "Good night" : hour < 12 ? "Good morning" : hour < 18 ? "Good afternoon" : "Good evening";
}

function useAttention() {
    const challenges = useChallenges();
    const requests = useRequests();
    const locked = useLockedDevices();
    const pending = useQuery("devices?state=pending", () =>
        may("MANAGE DEVICES") ? got(api.GET("/devices", { params: { query: { state: "pending" } } })) : Promise.resolve({ items: [] as Device[] }),
    );
    const mine = useQuery("me/devices", () => whole((query) => api.GET("/me/devices", { params: { query } })));
    return {
        loading: challenges.data === undefined && challenges.error === undefined,
        challenges: (challenges.data?.items ?? []).filter((one) => one.state === "open"),
        requests: waitingRequests(requests.data),
        locked: locked.data?.items ?? [],
        pending: pending.data?.items ?? [],
        mine: (mine.data?.items ?? []).filter((one) => one.state === "locked"),
    };
}

/** What waits for this person, most urgent first. */
function Attention() {
    const { loading, challenges, requests, locked, pending, mine } = useAttention();
    const own = new Set(mine.map((one) => one.id));
    const nothing = challenges.length + requests.length + locked.length + pending.length + mine.length === 0;
    return (
        <Card title="Needs you" flush actions={!nothing && <Badge tone="accent" plain>{challenges.length + requests.length + locked.length + pending.length + mine.filter((one) => !locked.some((other) => other.id === one.id)).length}</Badge>}>
            {loading ? <div class="body"><Bones lines={3} /></div> : nothing ? (
                <Empty icon="checkCircle" title="Nothing waits for you">When something asks for access in your name, it appears here.</Empty>
            ) : (
                <ul class="list">
                    {challenges.map((one) => (
                        <li key={one.id}>
                            <Avatar name="" icon="shield" />
                            <div class="grow">
                                <b>{one.resource || one.purpose} asks if this is you</b>
                                <div class="small quiet">{[one.target, one.device && `from ${one.device}`].filter(Boolean).join(" ")}</div>
                            </div>
                            <span class="row push">
                                <Countdown from={one.openedAt} until={one.expiresAt} />
                                <LinkButton href={`/approvals/${one.id}`} kind="primary" size="small">Review</LinkButton>
                            </span>
                        </li>
                    ))}
                    {mine.map((one) => (
                        <li key={one.id}>
                            <Avatar name="" icon="lock" />
                            <div class="grow">
                                <b>Your device {one.name} is locked</b>
                                <div class="small quiet">{one.lock && lockSentence(one.lock)}</div>
                            </div>
                            <LinkButton href="/me/devices" size="small">Why</LinkButton>
                        </li>
                    ))}
                    {requests.map((one) => (
                        <li key={one.id}>
                            <Avatar name={one.user} />
                            <div class="grow">
                                <b>{one.user} asks for {one.resource}</b>
                                <div class="small quiet">{one.reason} · for {span(one.durationSeconds)}</div>
                            </div>
                            <LinkButton href="/requests" size="small">Decide</LinkButton>
                        </li>
                    ))}
                    {locked.filter((one) => !own.has(one.id)).map((one) => (
                        <li key={one.id}>
                            <Avatar name="" icon="lock" />
                            <div class="grow">
                                <b>{one.name} of {one.user} is locked</b>
                                <div class="small quiet">{one.lock?.reason} · {one.lock && <Ago at={one.lock.at} />}</div>
                            </div>
                            <LinkButton href={`/devices/${one.id}`} size="small">Look</LinkButton>
                        </li>
                    ))}
                    {pending.map((one) => (
                        <li key={one.id}>
                            <Avatar name="" icon="laptop" />
                            <div class="grow">
                                <b>{one.name} of {one.user} waits to be let in</b>
                                <div class="small quiet">added <Ago at={one.createdAt} /></div>
                            </div>
                            <LinkButton href={`/devices/${one.id}`} size="small">Look</LinkButton>
                        </li>
                    ))}
                </ul>
            )}
        </Card>
    );
}

const TILES: { key: string; label: string; icon: IconName; href: string; permission: string }[] = [
    { key: "users", label: "Users", icon: "users", href: "/users", permission: "VIEW USERS" },
    { key: "devices", label: "Devices", icon: "laptop", href: "/devices", permission: "VIEW NETWORK" },
    { key: "devicesOnline", label: "Online now", icon: "network", href: "/devices", permission: "VIEW NETWORK" },
    { key: "flows", label: "Live flows", icon: "flow", href: "/flows?tab=open", permission: "VIEW ALL LOGS" },
    { key: "grants", label: "Grants", icon: "grant", href: "/grants", permission: "VIEW NETWORK" },
    { key: "challenges", label: "Challenges", icon: "shield", href: "/approvals", permission: "VIEW ALL LOGS" },
];

const NODE_TROUBLE: Record<string, string> = {
    failing: "The newest changes are not in force there",
    silent: "It gives no sign of life, and did not end in good order",
};

function Health() {
    const status = useQuery("status", () => got(api.GET("/status")));
    return (
        <Loaded query={status} retry={() => invalidate("status")}>
            {(known) => {
                // What is wrong with the node that answers stands among its parts.
                const others = known.nodes
                    .filter((one) => !one.answering && one.state !== "well")
                    .map((one) => ({ name: one.name, ok: false, detail: `${NODE_TROUBLE[one.state] ?? one.state}${one.state === "failing" && one.lastError !== undefined ? `: ${one.lastError}` : ""}` }));
                const parts = [...known.health, ...others];
                const wrong = parts.filter((one) => !one.ok).length;
                return <Card
                    title="Health"
                    flush
                    actions={wrong === 0 ? <Badge tone="ok">All well</Badge> : <Badge tone="bad">{plural(wrong, "problem")}</Badge>}
                >
                    <ul class="list">
                        {parts.map((one) => (
                            <li key={one.name}>
                                <div class="grow">
                                    <b>{one.name}</b>
                                    <div class="small quiet">{one.detail}</div>
                                </div>
                                <Badge tone={one.ok ? "ok" : "bad"}>{one.ok ? "OK" : "Problem"}</Badge>
                            </li>
                        ))}
                        <li>
                            <div class="grow small quiet">
                                Version {known.version} · {plural(known.nodes.length, "node")} · started <Ago at={known.startedAt} />
                            </div>
                        </li>
                    </ul>
                </Card>;
            }}
        </Loaded>
    );
}

function Tiles() {
    const status = useQuery("status", () => got(api.GET("/status")));
    const counts = status.data?.counts ?? {};
    const shown = TILES.filter((tile) => may(tile.permission) && (counts[tile.key] !== undefined || status.data === undefined));
    return shown.length === 0 ? null : (
        <div class="tiles">
            {shown.map((tile) => (
                <a key={tile.key} class="tile" href={tile.href}>
                    <span class="t"><Icon name={tile.icon} />{tile.label}</span>
                    <span class="v">{counts[tile.key] === undefined ? "–" : count(counts[tile.key] ?? 0)}</span>
                </a>
            ))}
        </div>
    );
}

function MyAccess() {
    const reachable = useQuery("me/resources?home", () => got(api.GET("/me/resources", { params: { query: { access: "granted", limit: 20 } } })));
    return (
        <Card title="What you may reach" flush actions={<a class="small" href="/me/access">See all</a>}>
            <Loaded query={reachable} retry={() => invalidate("me/resources")}>
                {(list) => <ReachableList items={list.items.filter((one) => one.access === "granted").slice(0, 5)} />}
            </Loaded>
        </Card>
    );
}

export default function Home() {
    const person = session.value?.user;
    const operator = may("VIEW NETWORK") || may("VIEW ALL LOGS") || may("MANAGE SETTINGS");
    const name = (person?.displayName || person?.name || "").split(" ")[0];
    return (
        <Page title={`${greeting()}, ${name}`} text={operator ? "What needs you, and how the checkpoint is doing." : "What needs you, and what you may reach."}>
            <div class="stack-l">
                <WaitingHere />
                {may("REQUEST") && <Offers onRequest={(one) => go(requestPath(one.id))} />}
                {operator && <Tiles />}
                <div class="split">
                    <Attention />
                    {operator ? <Health /> : <MyAccess />}
                </div>
                {may("VIEW ALL LOGS") && <Dashboard />}
            </div>
        </Page>
    );
}
