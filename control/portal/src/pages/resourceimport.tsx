import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import { sentenceOf } from "../api/problem";
import type { ResourceImport } from "../api/types";
import { count, plural } from "../format/text";
import { invalidate } from "../state/queries";
import { toast } from "../state/toasts";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Icon } from "../ui/icons";
import { Badge, Bones, Note } from "../ui/parts";
import { Table } from "../ui/table";

const MAX_BYTES = 16 * 1024 * 1024;

/** Sends the file; only tells what would be done, or does it. */
export function send(file: File, dryRun: boolean): Promise<ResourceImport> {
    const json = file.type === "application/json" || file.name.toLowerCase().endsWith(".json");
    return got(api.POST("/resources/import", {
        params: { query: { ...(dryRun && { dryRun: "true" }) } },
        headers: { "Content-Type": json ? "application/json" : "text/csv" },
        body: file as unknown as string,
        bodySerializer: (body: unknown) => body as Blob,
    }));
}

function Drop({ onFile }: { onFile: (file: File) => void }) {
    const [over, setOver] = useState(false);
    const take = (files: FileList | null | undefined): void => {
        const file = files?.[0];
        if (file !== undefined) {
            onFile(file);
        }
    };
    return (
        <label
            class={over ? "drop over" : "drop"}
            onDragOver={(event) => {
                event.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
                event.preventDefault();
                setOver(false);
                take(event.dataTransfer?.files);
            }}
        >
            <Icon name="upload" />
            <b>Choose a CSV or JSON file</b>
            <span class="quiet small">or drop it here. Nothing is changed before you have seen what it does.</span>
            <input class="sr" type="file" accept=".csv,.json,text/csv,application/json" onChange={(event) => take(event.currentTarget.files)} />
        </label>
    );
}

function Errors({ plan }: { plan: ResourceImport }) {
    return (
        <>
            <Note tone="bad" icon="warn">{plural(plan.errorCount, "error")}: mend the file and choose it again. Nothing is imported before all of it can be.</Note>
            <Table
                label="Errors"
                rows={plan.errors}
                id={(one) => `${one.line} ${one.field} ${one.message}`}
                columns={[
                    { head: "Line", kind: "num", cell: (one) => count(one.line) },
                    { head: "Field", cell: (one) => one.field === "" ? <span class="faint">the line</span> : <span class="mono">{one.field}</span> },
                    { head: "What is wrong", cell: (one) => one.message },
                ]}
            />
            <More shown={plan.errors.length} all={plan.errorCount} />
        </>
    );
}

function Steps({ plan }: { plan: ResourceImport }) {
    if (plan.items.length === 0) {
        return <Note icon="checkCircle">Everything in the file is as it is here already.</Note>;
    }
    return (
        <>
            <Table
                label="What would be done"
                rows={plan.items}
                id={(one) => String(one.line)}
                columns={[
                    { head: "Resource", cell: (one) => <b>{one.name}</b> },
                    { head: "", cell: (one) => <Badge tone={one.action === "create" ? "ok" : "warn"}>{one.action === "create" ? "new" : "changed"}</Badge> },
                    { head: "Opens", cell: (one) => <span class="mono">{one.opens}</span> },
                    { head: "Changes", cell: (one) => one.action === "create" ? <span class="faint">all</span> : (
                        <ul>{one.changes.map((change) => <li key={change.field} class="small">{change.field}: <s class="quiet">{change.before || "empty"}</s> {change.after || "empty"}</li>)}</ul>
                    ) },
                ]}
            />
            <More shown={plan.items.length} all={plan.created + plan.changed} />
        </>
    );
}

function More({ shown, all }: { shown: number; all: number }) {
    return all > shown ? <p class="quiet small">And {count(all - shown)} more.</p> : null;
}

/** Takes a file, shows what it would do, and does it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
    const [file, setFile] = useState<File>();
    const [plan, setPlan] = useState<ResourceImport>();
    const [problem, setProblem] = useState("");
    const look = async (chosen: File): Promise<void> => {
        setFile(chosen);
        setPlan(undefined);
        setProblem("");
        if (chosen.size > MAX_BYTES) {
            setProblem("The file is larger than 16 MiB: split it.");
            return;
        }
        try {
            setPlan(await send(chosen, true));
        } catch (error) {
            setProblem(sentenceOf(error));
        }
    };
    const apply = async (): Promise<void> => {
        if (file !== undefined) {
            const done = await send(file, false);
            await invalidate("resources", "grants");
            toast(`Imported: ${count(done.created)} new, ${count(done.changed)} changed.`);
            onClose();
        }
    };
    const ready = plan !== undefined && plan.errorCount === 0 && plan.created + plan.changed > 0;
    return (
        <Dialog
            title="Import resources"
            size="wide"
            onClose={onClose}
            footer={
                <>
                    <Button onClick={onClose}>Cancel</Button>
                    <Button kind="primary" disabled={!ready} onClick={apply}>{ready ? `Import ${count(plan.created + plan.changed)}` : "Import"}</Button>
                </>
            }
        >
            <Drop onFile={(chosen) => void look(chosen)} />
            <div aria-live="polite" class="stack">
                {file !== undefined && (
                    <div class="row-wrap">
                        <b>{file.name}</b>
                        {plan !== undefined && plan.errorCount === 0 && (
                            <span class="badges">
                                <Badge tone="ok">{count(plan.created)} new</Badge>
                                <Badge tone="warn">{count(plan.changed)} changed</Badge>
                                <Badge>{count(plan.unchanged)} unchanged</Badge>
                            </span>
                        )}
                    </div>
                )}
                {problem !== "" && <Note tone="bad" icon="warn">{problem}</Note>}
                {file !== undefined && plan === undefined && problem === "" && <Bones lines={3} />}
                {plan !== undefined && (plan.errorCount > 0 ? <Errors plan={plan} /> : <Steps plan={plan} />)}
            </div>
            {file === undefined && (
                <p class="quiet small">
                    The first line of a CSV file names the columns: name, cidr, ports, and what else an export has. A name that is here already is changed, in what the file says of it; others are new. Nothing is deleted.
                </p>
            )}
        </Dialog>
    );
}
