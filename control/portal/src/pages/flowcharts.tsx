import { api, got } from "../api/client";
import type { FlowBucket, FlowTop } from "../api/types";
import { endOf, since } from "../format/flowquery";
import { bytes, count } from "../format/text";
import { invalidate, useQuery } from "../state/queries";
import { TimeChart } from "../ui/chart";
import { Badge, Card, Empty, Loaded } from "../ui/parts";
import { Filter } from "../ui/table";

/** Sums of this node over a span; asked for again once a minute. */
export function useSeries(range: string) {
    return useQuery(`flows/series?${range}`, () => got(api.GET("/flows/series", { params: { query: { from: since(range, Date.now()) ?? "" } } })));
}

export function sum(buckets: FlowBucket[], value: (one: FlowBucket) => number): number {
    return buckets.reduce((all, one) => all + value(one), 0);
}

export function VerdictChart({ range }: { range: string }) {
    const series = useSeries(range);
    return (
        <Card title="Flows and verdicts" actions={series.data && <span class="small quiet">{count(sum(series.data.items, (one) => one.opened))} opened, {count(sum(series.data.items, (one) => one.denied))} denied</span>}>
            <Loaded query={series} retry={() => invalidate("flows/series")}>
                {(known) => (
                    <TimeChart
                        label="Flows that were opened and attempts that were denied"
                        times={known.items.map((one) => one.at)}
                        series={[
                            { name: "Opened", kind: "area", tone: "accent", values: known.items.map((one) => one.opened), show: count },
                            { name: "Denied", kind: "bars", tone: "bad", values: known.items.map((one) => one.denied), show: count },
                        ]}
                    />
                )}
            </Loaded>
        </Card>
    );
}

export function BytesChart({ range }: { range: string }) {
    const series = useSeries(range);
    return (
        <Card title="Bytes of flows" actions={series.data && <span class="small quiet">{bytes(sum(series.data.items, (one) => one.bytesToTarget + one.bytesToDevice))}</span>}>
            <Loaded query={series} retry={() => invalidate("flows/series")}>
                {(known) => (
                    <TimeChart
                        label="Bytes of flows at the time of their end"
                        times={known.items.map((one) => one.at)}
                        series={[
                            { name: "To devices", kind: "area", tone: "accent", values: known.items.map((one) => one.bytesToDevice), show: bytes },
                            { name: "To targets", kind: "line", tone: "ok", values: known.items.map((one) => one.bytesToTarget), show: bytes },
                        ]}
                    />
                )}
            </Loaded>
        </Card>
    );
}

const KINDS = [
    { value: "user", label: "Users" }, { value: "device", label: "Devices" }, { value: "resource", label: "Resources" }, { value: "destination", label: "Destinations" },
];

function Share({ part }: { part: number }) {
    return (
        <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width="100" height="4" rx="2" />
            <rect width={Math.max(1, part * 100)} height="4" rx="2" />
        </svg>
    );
}

function filterOf(by: string, name: string, range: string): string {
    const { address, port } = endOf(name);
    const query: Record<string, string> = by === "destination" ? { destination: address, port } : { [by]: name };
    return `/flows?${new URLSearchParams({ ...query, range })}`;
}

/** Who and what has the most; each leads to its flows. */
export function TopTalkers({ range, by, onBy }: { range: string; by: string; onBy: (by: string) => void }) {
    const tops = useQuery<FlowTop>(`flows/top?${by}&${range}`, () => got(api.GET("/flows/top", { params: { query: { by, from: since(range, Date.now()) ?? "", limit: 6 } } })));
    const most = Math.max(1, ...(tops.data?.items ?? []).map((one) => one.bytesToTarget + one.bytesToDevice));
    return (
        <Card title="Top talkers" flush actions={<Filter label="Top talkers by" value={by} choices={KINDS} onChange={onBy} />}>
            <Loaded query={tops} retry={() => invalidate("flows/top")}>
                {(known) => known.items.length === 0 ? (
                    <Empty icon="flow" title="Nobody yet">Flows count when they end.</Empty>
                ) : (
                    <ul class="list">
                        {known.items.map((one) => (
                            <li key={one.name}>
                                <div class="grow">
                                    <a href={filterOf(by, one.name, range)}><b>{one.name}</b></a>
                                    <Share part={(one.bytesToTarget + one.bytesToDevice) / most} />
                                </div>
                                <span class="row push small quiet nowrap">
                                    {one.denied > 0 && <Badge tone="bad" plain>{count(one.denied)} denied</Badge>}
                                    {bytes(one.bytesToTarget + one.bytesToDevice)}
                                </span>
                            </li>
                        ))}
                    </ul>
                )}
            </Loaded>
        </Card>
    );
}
