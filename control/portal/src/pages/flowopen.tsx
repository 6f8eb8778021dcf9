import { api, got } from "../api/client";
import type { Flow } from "../api/types";
import { explainPath } from "../format/flowquery";
import { bytes } from "../format/text";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { LinkButton } from "../ui/controls";
import { Ago, Badge, Empty, Loaded } from "../ui/parts";
import { Search, Table, Total } from "../ui/table";
import { FLOW_TONES } from "./flowdetail";

const SHOWN = 200;

/** Whether a text stands in what is shown of a flow. */
export function holdsText(flow: Flow, q: string): boolean {
    return `${flow.user} ${flow.device} ${flow.source} ${flow.destination} ${flow.resource} ${flow.grant}`.toLowerCase().includes(q.toLowerCase());
}

/** Flows that are open at this moment. */
export function OpenFlows() {
    const q = query.value.get("q") ?? "";
    const open = useQuery(`flows/open?${q}`, () => got(api.GET("/flows", { params: { query: { limit: SHOWN, ...(q && { q }) } } })));
    const fitting = (open.data?.items ?? []).filter((one) => holdsText(one, q)).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    return (
        <div class="stack">
            <div class="filters">
                <Search label="Search user, device, address" value={q} onChange={(text) => setQuery("q", text)} />
                <Total amount={open.data?.total ?? 0} one="open flow" />
            </div>
            <Loaded query={open} retry={() => invalidate("flows/open")}>
                {() => fitting.length === 0 ? (
                    <Empty icon="flow" title={q === "" ? "No open flow" : "No flow fits"}>A line is here as long as something is connected.</Empty>
                ) : (
                    <Table
                        label="Open flows"
                        rows={fitting}
                        id={(one) => one.id}
                        columns={[
                            { head: "Who", cell: (one) => <span><b>{one.user}</b> <span class="quiet">{one.device.replace(`${one.user}/`, "")}</span></span> },
                            { head: "Open", cell: (one) => <Ago at={one.startedAt} /> },
                            { head: "Target", cell: (one) => <span class="mono">{one.destination} <span class="quiet">{one.protocol}</span></span> },
                            { head: "Verdict", cell: (one) => <Badge tone={FLOW_TONES[one.verdict] ?? ""}>{one.verdict}</Badge> },
                            { head: "Resource", cell: (one) => one.resource || <span class="faint">no grant</span> },
                            { head: "Bytes", kind: "num", cell: (one) => <span class="nowrap">{bytes(one.bytesToTarget + one.bytesToDevice)}</span> },
                            { head: "", kind: "end", cell: (one) => may("VIEW NETWORK") && <LinkButton size="small" kind="ghost" href={explainPath(one)}>Why</LinkButton> },
                        ]}
                    />
                )}
            </Loaded>
        </div>
    );
}
