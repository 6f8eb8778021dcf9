import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { ReachMap } from "../api/types";
import { type Layout, layout, line, NODE_HEIGHT, NODE_WIDTH, through } from "../format/layers";
import { count } from "../format/text";
import { useQuery } from "../state/queries";
import { go, query } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton, Segmented } from "../ui/controls";
import { Badge, Card, Empty, Loaded, Note, Page } from "../ui/parts";
import { Filter, Search, Table } from "../ui/table";

type Node = ReachMap["nodes"][number];
type Edge = ReachMap["edges"][number];
type Kind = "user" | "role" | "resource" | "device";

const KINDS: { value: Kind; label: string }[] = [
    { value: "user", label: "User" }, { value: "role", label: "Role" }, { value: "resource", label: "Resource" }, { value: "device", label: "Device" },
];
const MOST_FOUND = 8;
const STEP = 60;
const ZOOM = 1.25;

interface Found {
    ref: string;
    label: string;
}

function kindOf(node: Node): string {
    return node.detail === "" ? node.kind : `${node.kind}, ${node.detail}`;
}

async function find(kind: Kind, q: string): Promise<Found[]> {
    const page = { params: { query: { q, limit: MOST_FOUND } } };
    switch (kind) {
        case "user":
            return (await got(api.GET("/users", page))).items.map((one) => ({ ref: one.name, label: one.name }));
        case "role":
            return (await got(api.GET("/roles", page))).items.map((one) => ({ ref: one.name, label: one.name }));
        case "resource":
            return (await got(api.GET("/resources", page))).items.map((one) => ({ ref: one.id, label: `${one.name} (${one.cidr})` }));
        case "device":
            return (await got(api.GET("/devices", page))).items.map((one) => ({ ref: one.id, label: one.device }));
    }
}

function start(kind: string, ref: string): string {
    return `/map?${new URLSearchParams({ [kind]: ref }).toString()}`;
}

/** Finds where to start: the map of all would be no map. */
function Finder({ kind, onKind }: { kind: Kind; onKind: (kind: Kind) => void }) {
    const [q, setQ] = useState("");
    const listed = useQuery(`explain?find?${kind}?${q}`, () => (q === "" ? Promise.resolve([]) : find(kind, q)));
    const kinds = may("VIEW USERS") ? KINDS : KINDS.filter((one) => one.value === "resource" || one.value === "device");
    return (
        <div class="stack">
            <div class="filters">
                <Filter label="Start at" value={kind} choices={kinds} onChange={(next) => onKind(next as Kind)} />
                <Search key={kind} label={`Search a ${kind}`} value={q} onChange={setQ} />
            </div>
            {q !== "" && (
                <Loaded query={listed} lines={1}>
                    {(found) => found.length === 0
                        ? <p class="quiet" role="status">No {kind} fits.</p>
                        : <div class="row-wrap" role="group" aria-label="Found">{found.map((one) => <LinkButton key={one.ref} size="small" href={start(kind, one.ref)}>{one.label}</LinkButton>)}</div>}
                </Loaded>
            )}
        </div>
    );
}

function name(node: Node): string {
    return node.more > 0 ? `${count(node.more)} more` : node.label;
}

function rule(edge: Edge): string {
    if (edge.link !== "grant") {
        return edge.link === "owner" ? "is a device of" : "has the role";
    }
    return edge.deny ? "may not reach" : edge.mfa ? "reaches, with a second factor," : "reaches";
}

interface View {
    x: number;
    y: number;
    scale: number;
}

function fitted(drawn: Layout, box: { width: number; height: number }): View {
    const scale = Math.min(1.1, Math.max(0.35, Math.min((box.width - 32) / drawn.width, (box.height - 32) / drawn.height)));
    return { scale, x: Math.max(16, (box.width - drawn.width * scale) / 2), y: Math.max(16, (box.height - drawn.height * scale) / 2) };
}

function Graph({ map, chosen, onChoose }: { map: ReachMap; chosen: string | undefined; onChoose: (id: string | undefined) => void }) {
    const box = useRef<HTMLDivElement>(null);
    const drawn = useMemo(() => layout(map.nodes, map.edges), [map]);
    const [view, setView] = useState<View>({ x: 16, y: 16, scale: 1 });
    const drag = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined);
    const lit = useMemo(() => (chosen === undefined ? undefined : through(chosen, map.edges)), [map, chosen]);
    const fit = (): void => {
        if (box.current !== null) {
            setView(fitted(drawn, { width: box.current.clientWidth, height: box.current.clientHeight }));
        }
    };
    const zoom = (by: number): void => setView(({ x, y, scale }) => {
        const next = Math.min(3, Math.max(0.2, scale * by));
        const [cx, cy] = [(box.current?.clientWidth ?? 0) / 2, (box.current?.clientHeight ?? 0) / 2];
        return { scale: next, x: cx - ((cx - x) * next) / scale, y: cy - ((cy - y) * next) / scale };
    });
    const pan = (dx: number, dy: number): void => setView((now) => ({ ...now, x: now.x + dx, y: now.y + dy }));
    useEffect(fit, [drawn]);
    const keys: Record<string, () => void> = {
        ArrowLeft: () => pan(STEP, 0), ArrowRight: () => pan(-STEP, 0), ArrowUp: () => pan(0, STEP), ArrowDown: () => pan(0, -STEP),
        "+": () => zoom(ZOOM), "=": () => zoom(ZOOM), "-": () => zoom(1 / ZOOM), "0": fit, Escape: () => onChoose(undefined),
    };
    const isOn = (id: string): boolean => lit?.has(id) ?? false;
    return (
        <div
            ref={box}
            class={lit === undefined ? "map" : "map chosen"}
            role="group"
            aria-label="Map: arrow keys move it, plus and minus zoom, 0 fits it"
            tabIndex={0}
            onKeyDown={(event) => {
                const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
                if (act !== undefined) {
                    event.preventDefault();
                    act();
                }
            }}
            onWheel={(event) => {
                if (!event.ctrlKey && !event.metaKey) {
                    return; // the page scrolls
                }
                event.preventDefault();
                zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM);
            }}
            onPointerDown={(event) => { drag.current = { x: event.clientX, y: event.clientY, moved: false }; }}
            onPointerMove={(event) => {
                if (drag.current !== undefined && event.buttons !== 0) {
                    const [dx, dy] = [event.clientX - drag.current.x, event.clientY - drag.current.y];
                    drag.current = { x: event.clientX, y: event.clientY, moved: drag.current.moved || Math.abs(dx) + Math.abs(dy) > 3 };
                    pan(dx, dy);
                }
            }}
            onPointerUp={() => setTimeout(() => { drag.current = undefined; })}
        >
            <svg>
                <clipPath id="map-node"><rect width={NODE_WIDTH - 10} height={NODE_HEIGHT} /></clipPath>
                <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
                    {map.edges.map((edge, index) => {
                        const from = drawn.places.get(edge.from);
                        const to = drawn.places.get(edge.to);
                        if (from === undefined || to === undefined) {
                            return null;
                        }
                        const on = isOn(edge.from) && isOn(edge.to);
                        const [mx, my] = [(from.x + NODE_WIDTH + to.x) / 2, (from.y + to.y + NODE_HEIGHT) / 2];
                        return (
                            <g key={index} class={on ? "edge on" : "edge"}>
                                <path class={[edge.deny && "deny", edge.mfa && "mfa", !edge.now && "later", on && "on"].filter(Boolean).join(" ")} d={line(from, to)} />
                                {(edge.deny || edge.mfa) && <circle class={edge.deny ? "mark deny" : "mark"} cx={mx} cy={my} r={8} />}
                                {(edge.deny || edge.mfa) && <text x={mx} y={my + 3.5}>{edge.deny ? "✕" : "2"}</text>}
                            </g>
                        );
                    })}
                    {map.nodes.map((node) => {
                        const place = drawn.places.get(node.id);
                        return place && (
                            <g
                                key={node.id}
                                class={["node", node.id === map.focus && "focus", node.more > 0 && "more", isOn(node.id) && "on"].filter(Boolean).join(" ")}
                                transform={`translate(${place.x} ${place.y})`}
                                role="button"
                                tabindex={0}
                                aria-pressed={node.id === chosen}
                                aria-label={`${kindOf(node)} ${name(node)}`}
                                onClick={() => drag.current?.moved !== true && onChoose(node.id === chosen ? undefined : node.id)}
                                onKeyDown={(event) => {
                                    if (event.key === "Enter" || event.key === " ") {
                                        event.preventDefault();
                                        onChoose(node.id === chosen ? undefined : node.id);
                                    }
                                }}
                            >
                                <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx={8} />
                                <g clip-path="url(#map-node)">
                                    <text class="kind" x={10} y={15}>{`${kindOf(node)} `}</text>
                                    <text x={10} y={31}>{name(node)}</text>
                                </g>
                            </g>
                        );
                    })}
                </g>
            </svg>
            <div class="tools">
                <Button size="small" kind="ghost" icon="plus" label="Zoom in" onClick={() => zoom(ZOOM)} />
                <Button size="small" kind="ghost" onClick={() => zoom(1 / ZOOM)}>−<span class="sr">Zoom out</span></Button>
                <Button size="small" kind="ghost" onClick={fit}>Fit</Button>
            </div>
        </div>
    );
}

/** The same for those who read rather than look. */
function Lines({ map }: { map: ReachMap }) {
    const nodes = new Map(map.nodes.map((node) => [node.id, node]));
    const cell = (id: string) => {
        const node = nodes.get(id);
        return node && (node.more > 0 ? `${name(node)} (${node.kind})` : <a href={start(node.kind, node.ref)}>{node.label}</a>);
    };
    return (
        <Table<Edge>
            label="Lines of the map"
            id={(edge) => `${edge.from} ${edge.to} ${edge.grant ?? ""}`}
            rows={map.edges}
            columns={[
                { head: "From", cell: (edge) => <span>{cell(edge.from)} <small class="quiet">{nodes.get(edge.from)?.kind}</small></span> },
                { head: "Is", cell: (edge) => rule(edge) },
                { head: "To", cell: (edge) => <span>{cell(edge.to)} <small class="quiet">{nodes.get(edge.to)?.detail || nodes.get(edge.to)?.kind}</small></span> },
                { head: "Rule", cell: (edge) => edge.deny ? <Badge tone="bad">deny</Badge> : edge.mfa ? <Badge tone="accent">second factor</Badge> : edge.link === "grant" ? <Badge>no prompt</Badge> : "" },
                { head: "Now", cell: (edge) => (edge.now ? "holds" : <Badge tone="warn">not now</Badge>) },
            ]}
        />
    );
}

function Chosen({ node }: { node: Node }) {
    if (node.more > 0) {
        return <Note>{name(node)} of this kind are not drawn here. Start at what they belong to, or at one of them, to see them.</Note>;
    }
    const page = node.kind === "resource" ? `/resources/${node.ref}` : node.kind === "device" ? `/devices/${node.ref}` : undefined;
    return (
        <div class="row-wrap">
            <b>{node.label}</b>
            <span class="quiet">{node.detail || node.kind}</span>
            {node.kind !== "network" && <LinkButton size="small" href={start(node.kind, node.ref)}>Start here</LinkButton>}
            {page !== undefined && <LinkButton size="small" href={page}>Open</LinkButton>}
        </div>
    );
}

function Shown({ map }: { map: ReachMap }) {
    const [chosen, setChosen] = useState<string>();
    const [as, setAs] = useState<"map" | "table">("map");
    const node = map.nodes.find((one) => one.id === chosen);
    useEffect(() => setChosen(undefined), [map.focus]);
    return (
        <div class="stack">
            <div class="row-wrap">
                <Segmented name="as" label="Show as" value={as} onChange={setAs} choices={[{ key: "map", label: "Map" }, { key: "table", label: "Table" }]} />
                {!map.complete && <Badge tone="warn">not all is shown</Badge>}
            </div>
            {as === "map" ? (
                <>
                    <Graph map={map} chosen={chosen} onChoose={setChosen} />
                    <div aria-live="polite">{node !== undefined && <Chosen node={node} />}</div>
                    <div class="maplegend"><span>✕ deny</span><span>2 second factor</span><span>dotted: not now</span><span>Choose a node to see its ways.</span></div>
                </>
            ) : <Lines map={map} />}
        </div>
    );
}

export default function MapOfAccess() {
    const asked = query.value;
    const given = KINDS.map((one) => one.value).find((kind) => asked.has(kind));
    const [kind, setKind] = useState<Kind>(given ?? (may("VIEW USERS") ? "user" : "resource"));
    const parameters = Object.fromEntries([...KINDS.map((one) => one.value), "depth", "room"].flatMap((key) => (asked.get(key) ? [[key, asked.get(key)]] : [])));
    const shown = useQuery<ReachMap | undefined>(`explain?map?${new URLSearchParams(parameters as Record<string, string>).toString()}`, () =>
        given === undefined ? Promise.resolve(undefined) : got(api.GET("/policy/map", { params: { query: parameters } })));
    return (
        <Page
            title="Map of access"
            text="Who is granted what, by which roles. What is drawn are grants; Explain access tells how they decide."
            actions={given !== undefined && <Button onClick={() => go("/map")}>Start elsewhere</Button>}
        >
            <Card><Finder kind={kind} onKind={setKind} /></Card>
            {given === undefined
                ? <Empty icon="flow" title="Where to start?">Search a user, a role, a resource or a device: the map shows what it is tied to.</Empty>
                : <Loaded query={shown} lines={6}>{(map) => map && <Shown map={map} />}</Loaded>}
        </Page>
    );
}
