import { api, got } from "../api/client";
import { ApiError } from "../api/problem";
import type { FlowRecord } from "../api/types";
import { explainPath } from "../format/flowquery";
import { bytes, count } from "../format/text";
import { exactTime, span } from "../format/time";
import { useQuery } from "../state/queries";
import { may } from "../state/session";
import { LinkButton } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Badge, Facts, type Tone } from "../ui/parts";

export const FLOW_TONES: Record<string, Tone> = { allowed: "ok", "handed-off": "accent", denied: "bad", held: "warn", ended: "" };

/** `no-grant` for people. */
export function reasonText(reason: string): string {
    const words = reason.replaceAll("-", " ");
    return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The grant that decided: to whom it is, as far as it is still there. */
function GrantFact({ id }: { id: string }) {
    const grant = useQuery(`grants/${id}`, () => got(api.GET("/grants/{id}", { params: { path: { id } } })));
    const gone = grant.error instanceof ApiError && grant.error.status === 404;
    return (
        <span>
            {grant.data && <>to {grant.data.to}{grant.data.mfa ? ", with a second factor" : ""}<br /></>}
            <span class="mono small">{id}</span>{gone && <span class="small quiet"> (no longer there)</span>}
        </span>
    );
}

/** All of one flow, and where to go on from it. */
export function FlowDetail({ flow, onClose }: { flow: FlowRecord; onClose: () => void }) {
    const seconds = flow.startedAt === undefined ? undefined : (Date.parse(flow.at) - Date.parse(flow.startedAt)) / 1000;
    return (
        <Dialog
            title={`Flow to ${flow.destination}`}
            onClose={onClose}
            footer={may("VIEW NETWORK") && (
                <>
                    <LinkButton icon="question" href={explainPath(flow)}>Explain</LinkButton>
                    {flow.resource !== undefined && <LinkButton icon="resource" href={`/resources?q=${encodeURIComponent(flow.resource)}`}>Resource</LinkButton>}
                </>
            )}
        >
            <Facts items={[
                ["Verdict", <Badge tone={FLOW_TONES[flow.verdict] ?? ""}>{flow.verdict}</Badge>],
                ...(flow.reason === undefined ? [] : [[flow.event === "denied" ? "Denied because" : "Ended by", reasonText(flow.reason)] as [string, string]]),
                ["User", flow.user ?? <span class="faint">not known</span>],
                ["Device", flow.device],
                ["From", <span class="mono">{flow.source}</span>],
                ["To", <span class="mono">{flow.destination} {flow.protocol}</span>],
                ["Opened by", flow.openedBy === "device" ? "the device" : "a network behind the server"],
                ["Resource", flow.resource ?? <span class="faint">none</span>],
                ["Grant", flow.grant === undefined ? <span class="faint">none decided</span> : may("VIEW NETWORK") ? <GrantFact id={flow.grant} /> : <span class="mono">{flow.grant}</span>],
                ...(flow.startedAt === undefined ? [] : [["Started", exactTime(flow.startedAt)] as [string, string]]),
                [flow.event === "denied" ? "Refused" : flow.event === "opened" ? "Opened" : "Ended", exactTime(flow.at)],
                ...(seconds === undefined || flow.event !== "closed" ? [] : [["Lasted", span(seconds)] as [string, string]]),
                ...(flow.event !== "closed" ? [] : [
                    ["To the target", `${bytes(flow.bytesToTarget)} in ${count(flow.packetsToTarget)} packets`] as [string, string],
                    ["To the device", `${bytes(flow.bytesToDevice)} in ${count(flow.packetsToDevice)} packets`] as [string, string],
                ]),
                ...(flow.suppressed > 0 ? [["Before it", `${count(flow.suppressed)} more refusals without a line of their own`] as [string, string]] : []),
            ]} />
        </Dialog>
    );
}
