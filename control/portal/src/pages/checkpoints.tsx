import { useEffect, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { NewestCheckpoint, SignedCheckpoint } from "../api/types";
import { compare, type Comparison, readNote, tidyNote } from "../format/checkpoint";
import { count, plural } from "../format/text";
import { exactTime } from "../format/time";
import { useForm } from "../state/form";
import { forget, keep, kept, type Kept } from "../state/kept";
import { invalidate, useQuery } from "../state/queries";
import { toast } from "../state/toasts";
import { Button, CopyButton } from "../ui/controls";
import { FormProblem, Text } from "../ui/fields";
import { Ago, Bones, Card, Empty, Facts, Failed, Loaded, Note } from "../ui/parts";
import { ListingTable, useListing } from "../ui/table";
import { DownloadText } from "./devicemade";

const KEY = "checkpoint";

async function prove(first: number, second: number): Promise<string[]> {
    return (await got(api.GET("/audit/consistency", { params: { query: { first: String(first), second: String(second) } } }))).path;
}

/** Compares with what the log is at this moment. */
async function check(note: string, keyText?: string): Promise<Comparison> {
    const { checkpoint, key } = await got(api.GET("/audit/checkpoint"));
    if (checkpoint === undefined) {
        throw new Error("The log is empty: there is nothing to compare with.");
    }
    return compare(note, checkpoint.note, keyText === undefined || keyText.trim() === "" ? key : keyText, prove);
}

const NEXT_STEPS = (
    <>
        Keep both checkpoints. Export the log now and compare it with an earlier export, with what a log server received, or with another node:{" "}
        <code>sekisho audit verify</code> finds the first record that differs. If a backup was restored, that alone explains it.
    </>
);

/** What a comparison means, in plain words. */
export function Meaning({ result }: { result: Comparison }) {
    switch (result.kind) {
        case "contained":
            return (
                <Note tone="ok" icon="checkCircle">
                    <b>Today’s log contains it.</b>{" "}
                    {result.older.size === result.newer.size
                        ? <>It is the same: no record came since.</>
                        : <>Its {plural(result.older.size, "record")} are unchanged; {plural(result.newer.size - result.older.size, "record")} came since {exactTime(result.older.at)}.</>}
                    {result.signature === "unknown" && <> This browser can’t check Ed25519 signatures, so only the hashes were compared.</>}
                </Note>
            );
        case "shorter":
            return (
                <Note tone="bad" icon="warn">
                    <b>Records are missing.</b> {plural(result.older.size, "record")} were signed on {exactTime(result.older.at)}; today’s log has {count(result.newer.size)}.
                    Somebody removed records, or the database was put back to an older state. {NEXT_STEPS}
                </Note>
            );
        case "different":
            return (
                <Note tone="bad" icon="warn">
                    <b>The log was changed.</b> Its first {plural(result.older.size, "record")} are not those that were signed on {exactTime(result.older.at)}:
                    at least one was changed, removed or moved. {NEXT_STEPS}
                </Note>
            );
        case "foreign":
            return (
                <Note tone="bad" icon="warn">
                    <b>This checkpoint is not signed by this log.</b> It is of another server, was changed on its way, or this server’s key was replaced since.
                    Compare the key below with one that you kept; if they differ and nobody replaced it, do not trust this log.
                </Note>
            );
        case "unsigned":
            return (
                <Note tone="bad" icon="warn">
                    <b>Today’s log is not signed with that key.</b> This server’s key is another than it was, or the key was taken from another server.
                    If nobody replaced it, do not trust this log. {NEXT_STEPS}
                </Note>
            );
    }
}

function Root({ root }: { root: string }) {
    return <span class="row"><code>{root.slice(0, 24)}…</code><CopyButton text={root} label="Copy the root" /></span>;
}

function Newest({ known }: { known: NewestCheckpoint }) {
    if (known.checkpoint === undefined) {
        return (
            <Card title="Newest checkpoint">
                {known.contradiction === undefined
                    ? <Empty icon="audit" title="Nothing is signed yet">The first record brings the first checkpoint.</Empty>
                    : <Note tone="bad" icon="warn"><b>The log is not signed any more.</b> {known.contradiction}</Note>}
            </Card>
        );
    }
    const { note, size, at } = known.checkpoint;
    const keepHere = (): void => {
        keep(note, known.key);
        toast("Kept. This browser compares it with the log each time you open this page.");
    };
    return (
        <Card title="Newest checkpoint" text="What the log is now, signed by this server. Keep one where the server can’t reach it: whoever changes the log later can’t change that.">
            <div class="stack">
                {known.contradiction !== undefined && <Note tone="bad" icon="warn"><b>The log is not signed any more.</b> {known.contradiction}</Note>}
                <Facts items={[
                    ["Records", <>{count(size)}{known.records > size && <span class="quiet"> and {count(known.records - size)} that came since</span>}</>],
                    ["Signed", <span>{exactTime(at)} (<Ago at={at} />)</span>],
                    ["Root", <Root root={readNote(note).root} />],
                    ["Key", <span class="row"><code>{known.key}</code><CopyButton text={known.key} label="Copy the key" /></span>],
                ]} />
                <div class="code">
                    <pre tabIndex={0} aria-label="Signed note">{note}</pre>
                    <CopyButton text={note} label="Copy the checkpoint" />
                </div>
                <div class="row-wrap">
                    <Button kind="primary" icon="shield" onClick={keepHere}>Keep in this browser</Button>
                    <DownloadText text={note} name={`sekisho-checkpoint-${size}.txt`}>Download</DownloadText>
                </div>
            </div>
        </Card>
    );
}

/** What this browser kept, compared each time it is shown. */
function KeptHere({ before }: { before: Kept }) {
    const older = readNote(before.note);
    const [result, setResult] = useState<Comparison>();
    const [error, setError] = useState<unknown>();
    useEffect(() => {
        setResult(undefined);
        setError(undefined);
        check(before.note, before.key).then(setResult, setError);
    }, [before.note]);
    return (
        <Card
            title="Kept in this browser"
            text={<>{plural(older.size, "record")}, kept <Ago at={before.at} />. It is compared with today’s log whenever this page opens.</>}
            actions={<Button size="small" icon="trash" onClick={forget}>Forget it</Button>}
        >
            <div role="status" aria-label="Comparison of the kept checkpoint">
                {result !== undefined ? <Meaning result={result} /> : error !== undefined ? <Failed error={error} /> : <Bones lines={1} />}
            </div>
        </Card>
    );
}

function Compare() {
    const form = useForm({ note: "", key: "" });
    const [result, setResult] = useState<Comparison>();
    const run = (): Promise<boolean> =>
        form.submit(async ({ note, key }) => {
            setResult(undefined);
            if (note.trim() === "") {
                form.errors.value = { note: "Paste a checkpoint first, or press “Check” beside one in the list." };
                return;
            }
            setResult(await check(tidyNote(note), key));
        });
    return (
        <Card title="Compare an older one" text="Your browser checks signature and hashes itself. The server only gives the proof, which can’t be made up.">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void run(); }}>
                <FormProblem form={form} />
                <Text form={form} name="note" label="Older checkpoint" rows={6} mono placeholder={"sekisho.audit\n1284\n…"} hint="As it was copied, downloaded, exported, or received by a log server." />
                <Text form={form} name="key" label="Key that you kept" mono optional hint="Without it the key that the server shows today is used, which a changed server could have replaced." />
                <div class="row"><Button type="submit" kind="primary" icon="checkCircle" busy={form.busy.value}>Compare with today’s log</Button></div>
                <div role="status" aria-label="Comparison">{result && <Meaning result={result} />}</div>
            </form>
        </Card>
    );
}

function Earlier() {
    const listed = useListing<SignedCheckpoint>("checkpoint-list", (cursor) => got(api.GET("/audit/checkpoints", { params: { query: { limit: 20, ...(cursor && { cursor }) } } })));
    const [checked, setChecked] = useState<{ size: number; result: Comparison }>();
    return (
        <Card title="Earlier checkpoints" text="What the server has kept of its own. They show that it agrees with itself; only one that was kept elsewhere shows more." flush>
            {checked && (
                <div class="body" role="status" aria-label="Comparison of an earlier checkpoint"><Meaning result={checked.result} /></div>
            )}
            <ListingTable
                listed={listed}
                label="Earlier checkpoints"
                id={(one) => String(one.size)}
                empty={<Empty icon="audit" title="None yet">One is signed every 1,000 records, or a minute after the last change.</Empty>}
                columns={[
                    { head: "Records", cell: (one) => <b>{plural(one.size, "record")}</b> },
                    { head: "Signed", cell: (one) => <Ago at={one.at} /> },
                    { head: "Root", cell: (one) => <code>{readNote(one.note).root.slice(0, 16)}…</code> },
                    { head: "", kind: "end", cell: (one) => (
                        <span class="row">
                            <CopyButton text={one.note} label={`Copy the checkpoint of ${one.size} records`} />
                            <Button size="small" onClick={async () => setChecked({ size: one.size, result: await check(one.note) })}>Check<span class="sr"> the checkpoint of {one.size} records</span></Button>
                        </span>
                    ) },
                ]}
            />
        </Card>
    );
}

export function Checkpoints() {
    const newest = useQuery(KEY, () => got(api.GET("/audit/checkpoint")));
    return (
        <div class="stack-l">
            <Loaded query={newest} retry={() => invalidate(KEY)} lines={6}>{(known) => <Newest known={known} />}</Loaded>
            {kept.value !== undefined && <KeptHere before={kept.value} />}
            <Compare />
            <Earlier />
        </div>
    );
}
