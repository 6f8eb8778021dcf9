import { useEffect } from "preact/hooks";
import { RANGES } from "../format/flowquery";
import { live } from "../state/live";
import { invalidate } from "../state/queries";
import { query, setQuery } from "../state/router";
import { followTraffic } from "../state/traffic";
import { Segmented, Tabs } from "../ui/controls";
import { Page } from "../ui/parts";
import { BytesChart, TopTalkers, VerdictChart } from "./flowcharts";
import { FlowLog } from "./flowlog";
import { OpenFlows } from "./flowopen";

const TABS = [
    { key: "log", label: "Search" },
    { key: "open", label: "Open now" },
    { key: "charts", label: "Charts" },
] as const;
type Tab = (typeof TABS)[number]["key"];

/** Open flows are asked for again when something opens or ends, not more often than this. */
const PAUSE_MILLIS = 2_000;

function Charts() {
    const span = query.value.get("span") ?? "24h";
    return (
        <div class="stack">
            <div class="row-wrap"><Segmented<string> name="span" label="Time" value={span} onChange={(key) => setQuery("span", key === "24h" ? "" : key)} choices={RANGES.map((one) => ({ key: one.key, label: one.label }))} /></div>
            <div class="halves">
                <VerdictChart range={span} />
                <BytesChart range={span} />
                <TopTalkers range={span} by={query.value.get("by") ?? "user"} onBy={(by) => setQuery("by", by === "user" ? "" : by)} />
            </div>
        </div>
    );
}

function useOpenFlows(): void {
    useEffect(() => {
        let waiting: ReturnType<typeof setTimeout> | undefined;
        const leave = live.on("flow", () => {
            waiting ??= setTimeout(() => {
                waiting = undefined;
                void invalidate("flows/open");
            }, PAUSE_MILLIS);
        });
        return () => {
            leave();
            clearTimeout(waiting);
        };
    }, []);
}

export default function Flows() {
    const chosen = query.value.get("tab");
    const tab: Tab = chosen === "open" || chosen === "charts" ? chosen : "log";
    useEffect(followTraffic, []);
    useOpenFlows();
    return (
        <Page title="Flows" text="What passed the checkpoint, and what was refused.">
            <Tabs label="Flows" active={tab} onChange={(key) => setQuery("tab", key === "log" ? "" : key)} tabs={[...TABS]}>
                {tab === "open" ? <OpenFlows /> : tab === "charts" ? <Charts /> : <FlowLog ofOthers />}
            </Tabs>
        </Page>
    );
}
