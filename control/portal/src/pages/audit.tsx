import { useEffect, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { AuditRecord, AuditVerification } from "../api/types";
import { actionName, count, plural } from "../format/text";
import { exactTime, fromLocalInput, toLocalInput } from "../format/time";
import { live } from "../state/live";
import { useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { Button, CopyButton, LinkButton, Tabs } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Advanced } from "../ui/fields";
import { Ago, Avatar, Bones, Card, Cell, Empty, Facts, Failed, Note, Page } from "../ui/parts";
import { ListingTable, Search, Total, useListing } from "../ui/table";
import { Checkpoints } from "./checkpoints";

/** The details as lines, or as they are when they are no object. */
function detailsOf(record: AuditRecord): [string, string][] {
    try {
        const parsed: unknown = JSON.parse(record.details);
        if (typeof parsed === "object" && parsed !== null) {
            return Object.entries(parsed).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
        }
    } catch {
        // Shown as text below: an audit record is never hidden.
    }
    return [["details", record.details]];
}

function Proof({ seq }: { seq: number }) {
    const proof = useQuery(`audit-proof/${seq}`, () => got(api.GET("/audit/{seq}/proof", { params: { path: { seq: String(seq) } } })));
    if (proof.data === undefined) {
        return proof.error === undefined ? <Bones lines={3} /> : <Failed error={proof.error} />;
    }
    const { size, root, path } = proof.data;
    return (
        <div class="stack">
            <Note tone="ok" icon="checkCircle">This line is in the tree of {plural(size, "record")}: {plural(path.length, "hash", "hashes")} lead from it to the root.</Note>
            <div class="code">
                <pre tabIndex={0} aria-label="Proof">{JSON.stringify(proof.data, null, 2)}</pre>
                <CopyButton text={JSON.stringify(proof.data, null, 2)} label="Copy the proof" />
            </div>
            <p class="small quiet mono">root {root}</p>
        </div>
    );
}

function Detail({ record, onClose }: { record: AuditRecord; onClose: () => void }) {
    const [proof, setProof] = useState(false);
    return (
        <Dialog title={`${actionName(record.action)} · ${record.seq}`} size="wide" onClose={onClose}>
            <Facts items={[
                ["When", exactTime(record.at)],
                ["Who", `${record.actor || "nobody logged in"} (${record.via.toLowerCase()})`],
                ["From", <span class="mono">{record.source}</span>],
                ["Target", record.target || <span class="faint">none</span>],
                ...detailsOf(record),
                ["Hash", <span class="row"><span class="mono">{record.hash.slice(0, 24)}…</span><CopyButton text={record.hash} label="Copy the hash" /></span>],
            ]} />
            {proof ? <Proof seq={record.seq} /> : <div class="row"><Button icon="audit" onClick={() => setProof(true)}>Prove that it is unchanged</Button></div>}
        </Dialog>
    );
}

function Verification({ result, onClose }: { result: AuditVerification; onClose: () => void }) {
    return (
        <Card title="Verification" actions={<Button size="small" kind="ghost" icon="x" label="Close the result" onClick={onClose} />}>
            <div class="stack" role="status">
                {result.ok ? (
                    <Note tone="ok" icon="checkCircle">All {count(result.records)} records are in order: nothing was changed, removed or moved.</Note>
                ) : (
                    <Note tone="bad" icon="warn">
                        <b>The log is not what it was.</b>
                        <ul>{result.problems.map((one) => <li key={one}>{one}</li>)}</ul>
                    </Note>
                )}
                <div class="row small quiet"><span>root</span><code>{result.root}</code></div>
            </div>
        </Card>
    );
}

/** How far a verification is; before the server has said anything, that it runs. */
function Verifying() {
    const [done, setDone] = useState<{ records: number; of: number }>();
    useEffect(() => live.on("audit.progress", (payload) => setDone(payload as { records: number; of: number })), []);
    return (
        <Card title="Verification">
            <div class="stack" role="status">
                <progress aria-label="Verification" {...(done && { value: done.records, max: Math.max(1, done.of) })} />
                <p class="small quiet">{done === undefined ? "Every record is hashed again and compared with what was signed …" : `${count(done.records)} of ${plural(done.of, "record")}`}</p>
            </div>
        </Card>
    );
}

function Records() {
    const params = query.value;
    const value = (name: string): string => params.get(name) ?? "";
    const filters = { q: value("q"), actor: value("actor"), action: value("action"), from: value("from"), to: value("to") };
    const [open, setOpen] = useState<AuditRecord>();
    const listed = useListing(`audit?${JSON.stringify(filters)}`, (cursor) => {
        const given = Object.fromEntries(Object.entries(filters).filter(([, text]) => text !== ""));
        return got(api.GET("/audit", { params: { query: { ...given, ...(cursor && { cursor }) } } }));
    });
    const day = (name: "from" | "to", label: string) => (
        <input class="input day" type="datetime-local" aria-label={label} title={label} value={toLocalInput(value(name) || undefined)} onChange={(event) => setQuery(name, fromLocalInput(event.currentTarget.value) ?? "")} />
    );
    return (
        <>
            <div class="stack">
                <div class="filters">
                    <Search label="Search" value={filters.q} onChange={(text) => setQuery("q", text)} />
                    <Search label="Action, such as user.created" value={filters.action} onChange={(text) => setQuery("action", text)} />
                    <Total amount={listed.total} one="record" />
                </div>
                <Advanced label="More filters" open={filters.actor + filters.from + filters.to !== ""}>
                    <div class="filters">
                        <Search label="Actor" value={filters.actor} onChange={(text) => setQuery("actor", text)} />
                        {day("from", "From")}
                        {day("to", "Until")}
                    </div>
                </Advanced>
                <ListingTable
                    listed={listed}
                    label="Audit log"
                    id={(one) => String(one.seq)}
                    empty={<Empty icon="audit" title="Nothing fits" action={<LinkButton href="/audit">Show all</LinkButton>}>Try fewer filters.</Empty>}
                    columns={[
                        { head: "What", cell: (one) => <Cell title={actionName(one.action)} small={one.action} /> },
                        { head: "Target", cell: (one) => one.target || <span class="faint">none</span> },
                        { head: "Who", cell: (one) => <Cell lead={<Avatar name={one.actor || "?"} />} title={one.actor || "nobody"} small={one.source} /> },
                        { head: "When", cell: (one) => <Ago at={one.at} /> },
                        { head: "No.", kind: "num", cell: (one) => one.seq },
                        { head: "", kind: "end", cell: (one) => <Button size="small" kind="ghost" onClick={() => setOpen(one)}>Details<span class="sr"> of record {one.seq}</span></Button> },
                    ]}
                />
            </div>
            {open && <Detail record={open} onClose={() => setOpen(undefined)} />}
        </>
    );
}

export default function Audit() {
    const [result, setResult] = useState<AuditVerification | "running">();
    const tab = query.value.get("tab") === "checkpoints" ? "checkpoints" : "records";
    const verify = async (): Promise<void> => {
        setResult("running");
        try {
            setResult(await got(api.GET("/audit/verify")));
        } catch (error) {
            setResult(undefined);
            throw error;
        }
    };
    return (
        <Page
            title="Audit log"
            text="Everything that was done, in a chain that shows every change to it."
            actions={
                <>
                    <LinkButton icon="download" href="/api/v1/audit/export" download="audit.ndjson">Export</LinkButton>
                    <Button kind="primary" icon="checkCircle" onClick={verify}>Verify</Button>
                </>
            }
        >
            <div class="stack">
                {result === "running" ? <Verifying /> : result && <Verification result={result} onClose={() => setResult(undefined)} />}
                <Tabs
                    label="Audit log"
                    active={tab}
                    onChange={(key) => setQuery("tab", key === "records" ? "" : key)}
                    tabs={[{ key: "records", label: "Records" }, { key: "checkpoints", label: "Checkpoints" }]}
                >
                    {tab === "records" ? <Records /> : <Checkpoints />}
                </Tabs>
            </div>
        </Page>
    );
}
