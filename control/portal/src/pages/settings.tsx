import { useState } from "preact/hooks";
import { api, got, ifMatch, whole } from "../api/client";
import { ApiError } from "../api/problem";
import type { AuditStream, AuditStreams, MailSettings as Mail, Status } from "../api/types";
import { count } from "../format/text";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may, session } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Menu, Tabs } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Choice, FormProblem, Switch, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Card, Empty, Facts, Loaded, Note, Page } from "../ui/parts";
import { FlowLogTab } from "./flowsettings";

function MailForm({ known }: { known: Mail }) {
    const form = useForm({ ...known, user: known.user ?? "", password: "" });
    const save = (version: number | undefined): Promise<boolean> =>
        form.submit(async ({ user, password, hasPassword: _, version: __, ...values }) => {
            const body = { ...values, ...(user.trim() !== "" && { user: user.trim() }), ...(password !== "" && { password }) };
            await api.PUT("/mail/settings", { body, headers: ifMatch(version) });
            await invalidate("mail");
            toast("Saved.");
        });
    const test = async (): Promise<void> => {
        const to = session.value?.user.email ?? "";
        if (to === "") {
            toast("You have no e-mail address: add yours under “Profile and security” first.", "bad");
            return;
        }
        const { ok, detail } = await got(api.POST("/mail/test", { body: { to } }));
        toast(ok ? `A mail is on its way to ${to}.` : `It failed: ${detail}`, ok ? "ok" : "bad");
    };
    return (
        <Card title="Mail server" text="For configurations, codes, notices and alerts.">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(known.version || undefined); }}>
                <FormProblem form={form} onReload={() => invalidate("mail")} onOverwrite={() => save(undefined)} />
                <div class="pair">
                    <Text form={form} name="host" label="Host" mono />
                    <Text form={form} name="port" label="Port" type="number" min={1} max={65535} />
                    <Choice form={form} name="security" label="Encryption" choices={[{ value: "starttls", label: "STARTTLS" }, { value: "tls", label: "TLS" }, { value: "none", label: "None" }]} />
                </div>
                {form.values.value.security === "none" && <Note tone="warn" icon="warn">Mails and the password travel in the clear.</Note>}
                <div class="pair">
                    <Text form={form} name="user" label="User" optional />
                    <Text form={form} name="password" label="Password" type="password" autocomplete="new-password" optional hint="Leave it empty to keep the present one." />
                </div>
                <Text form={form} name="from" label="From" type="email" />
                <div class="row-wrap">
                    <Button type="submit" kind="primary" busy={form.busy.value}>Save</Button>
                    <Button icon="send" onClick={test}>Send a test to me</Button>
                </div>
            </form>
        </Card>
    );
}

/** What is set up; an empty form while nothing is. */
async function mailSettings(): Promise<Mail> {
    try {
        return await got(api.GET("/mail/settings"));
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return { host: "", port: 587, security: "starttls", hasPassword: false, from: "", version: 0 };
        }
        throw error;
    }
}

function MailTab() {
    const mail = useQuery("mail", mailSettings);
    return <Loaded query={mail} retry={() => invalidate("mail")}>{(known) => <MailForm key={known.version} known={known} />}</Loaded>;
}

const TRANSPORTS = [
    { value: "tls", label: "Syslog over TLS" },
    { value: "tcp", label: "Syslog over TCP" },
    { value: "udp", label: "Syslog over UDP" },
    { value: "file", label: "File on the server" },
];

/** What a stream is told; how far it is, only the server knows. */
function streamOf({ behind: _, failure: __, ...stream }: AuditStream): AuditStream {
    return stream;
}

async function saveStreams(items: AuditStream[]): Promise<void> {
    await api.PUT("/audit/streams", { body: { items: items.map(streamOf) } });
    await invalidate("audit-streams");
    toast("Saved.");
}

function StreamDialog({ stream, others, onClose }: { stream: AuditStream | undefined; others: AuditStream[]; onClose: () => void }) {
    const form = useForm({
        name: stream?.name ?? "", transport: stream?.transport ?? "tls", host: stream?.host ?? "", port: stream?.port ?? 6514,
        file: stream?.file ?? "", enabled: stream?.enabled ?? true,
    });
    const toFile = form.values.value.transport === "file";
    return (
        <FormDialog
            title={stream === undefined ? "Add a stream" : `Edit ${stream.name}`}
            submit={stream === undefined ? "Add stream" : "Save"}
            form={form}
            onClose={onClose}
            save={({ name, transport, host, port, file, enabled }) => saveStreams([...others, {
                ...(stream?.id !== undefined && { id: stream.id }), name: name.trim(), transport, enabled,
                ...(transport === "file" ? { file: file.trim() } : { host: host.trim(), port }),
            }])}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus />
                <Choice form={form} name="transport" label="Kind" choices={TRANSPORTS} />
            </div>
            {toFile ? <Text form={form} name="file" label="Path on the server" mono hint="One JSON object per line." /> : (
                <div class="pair">
                    <Text form={form} name="host" label="Host" mono hint="RFC 5424, for a SIEM." />
                    <Text form={form} name="port" label="Port" type="number" min={1} max={65535} />
                </div>
            )}
            <Switch form={form} name="enabled" label="Switched on" />
        </FormDialog>
    );
}

function StreamsCard({ known }: { known: AuditStreams }) {
    const [editing, setEditing] = useState<AuditStream | "new">();
    const without = (stream: AuditStream): AuditStream[] => known.items.filter((one) => one.id !== stream.id);
    return (
        <Card title="Audit streams" text="Every audit record is sent on as it is written." flush actions={<Button size="small" icon="plus" onClick={() => setEditing("new")}>Add stream</Button>}>
            {known.items.length === 0 ? <Empty icon="send" title="No streams">Send the audit log on to a SIEM by syslog, or into a file.</Empty> : (
                <ul class="list">
                    {known.items.map((one) => (
                        <li key={one.id}>
                            <Avatar name="" icon="send" />
                            <div class="grow">
                                <b>{one.name}</b>
                                <div class="small quiet">{one.transport === "file" ? one.file : `${one.transport} ${one.host}:${one.port}`}{one.failure !== undefined && ` · ${one.failure}`}</div>
                            </div>
                            <Badge tone={!one.enabled ? "" : one.failure === undefined ? "ok" : "bad"}>{!one.enabled ? "off" : one.behind ? `${one.behind} behind` : "on"}</Badge>
                            <Menu label={`Actions of ${one.name}`} items={[
                                { label: "Edit", icon: "edit", run: () => setEditing(one) },
                                { label: "Delete", icon: "trash", danger: true, run: () => saveStreams(without(one)) },
                            ]} />
                        </li>
                    ))}
                </ul>
            )}
            {editing !== undefined && (
                <StreamDialog
                    stream={editing === "new" ? undefined : editing}
                    others={editing === "new" ? known.items : without(editing)}
                    onClose={() => setEditing(undefined)}
                />
            )}
        </Card>
    );
}

function StreamsTab() {
    const streams = useQuery("audit-streams", () => whole((query) => api.GET("/audit/streams", { params: { query } })));
    return <Loaded query={streams} retry={() => invalidate("audit-streams")}>{(known) => <StreamsCard known={known} />}</Loaded>;
}

/** Makes the file and hands it to the browser. */
async function download(passphrase: string): Promise<void> {
    const { data, response } = await api.POST("/backups", { body: passphrase === "" ? {} : { passphrase }, parseAs: "blob" });
    const url = URL.createObjectURL(data as Blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "sekisho-backup";
    link.click();
    // The click has started the download; the address is not needed after it.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast("The backup is made. Keep it safe: it holds everything.");
}

function BackupDialog({ onClose }: { onClose: () => void }) {
    const form = useForm({ passphrase: "" });
    return (
        <FormDialog title="Make a backup" submit="Make it" size="narrow" form={form} onClose={onClose} save={({ passphrase }) => download(passphrase)}>
            <Text
                form={form} name="passphrase" label="Passphrase" type="password" autocomplete="new-password" optional autoFocus
                hint="Without one, it opens only with this installation's key."
            />
        </FormDialog>
    );
}

async function rotate(): Promise<void> {
    const sure = await confirm({
        title: "Make a new encryption key?", text: "Everything in the vault is encrypted again with a new key. Backups of before need the old one.",
        confirm: "Make a new key", danger: true, typed: "rotate",
    });
    if (sure !== undefined) {
        await api.POST("/secrets/rotate-key");
        toast("Under way. The audit log tells when it is done.", "info");
    }
}

/** Of the key that wraps all others; a server that is started with it in its environment wants the next one given. */
function InstallationKeyDialog({ onDone, onClose }: { onDone: (next: string) => void; onClose: () => void }) {
    const form = useForm({ key: "" });
    const save = async ({ key }: { key: string }): Promise<void> => {
        const body = key.trim() === "" ? {} : { key: key.trim() };
        onDone((await got(api.POST("/secrets/rotate-installation-key", { body }))).next);
    };
    return (
        <FormDialog title="Change the installation's key" submit="Change it" size="narrow" form={form} onClose={onClose} save={save}>
            <p class="small">The file master.key gets another key, and everything in the vault is encrypted again. Nothing stops meanwhile.</p>
            <Text
                form={form} name="key" label="New key" type="password" autocomplete="off" optional
                hint="Without one the server makes it. A server that is started with SEKISHO_ENCRYPTION_KEY wants one, as openssl rand -base64 32 prints it."
            />
        </FormDialog>
    );
}

const NODE_STATES: Record<string, { tone: "ok" | "bad"; label: string }> = {
    well: { tone: "ok", label: "well" },
    failing: { tone: "bad", label: "changes not in force" },
    silent: { tone: "bad", label: "silent" },
};

function NodesCard({ nodes }: { nodes: Status["nodes"] }) {
    return (
        <Card title="Nodes" flush>
            <ul class="list">
                {nodes.map((one) => {
                    const state = NODE_STATES[one.state] ?? { tone: "bad" as const, label: one.state };
                    return (
                        <li key={one.id}>
                            <div class="grow">
                                <b>{one.name}</b>{one.answering && <> <Badge plain>this one</Badge></>}
                                <div class="small quiet">Version {one.version} · started <Ago at={one.startedAt} /> · last sign of life <Ago at={one.seenAt} /> · policy {count(one.policyVersion)}</div>
                                {one.failingSince !== undefined && <div class="small">Since <Ago at={one.failingSince} />: {one.lastError}</div>}
                                {one.failingSince === undefined && one.lastError !== undefined && <div class="small quiet">Last trouble <Ago at={one.lastErrorAt} />: {one.lastError}</div>}
                            </div>
                            <Badge tone={state.tone}>{state.label}</Badge>
                        </li>
                    );
                })}
            </ul>
        </Card>
    );
}

function ServerTab() {
    const status = useQuery("status", () => got(api.GET("/status")));
    const [backup, setBackup] = useState(false);
    const [key, setKey] = useState(false);
    const [next, setNext] = useState<string>();
    return (
        <div class="halves">
            {key && <InstallationKeyDialog onDone={setNext} onClose={() => setKey(false)} />}
            {next !== undefined && (
                <Dialog title="The key is changed" size="narrow" onClose={() => setNext(undefined)} footer={<Button kind="primary" onClick={() => setNext(undefined)}>Done</Button>}>
                    <Note tone="warn" icon="key">What is left to do: {next}.</Note>
                </Dialog>
            )}
            {backup && <BackupDialog onClose={() => setBackup(false)} />}
            {may("BACKUP") && (
                <Card title="Backup">
                    <div class="stack">
                        <p class="quiet small">Database, keys and settings in one file. Restore it with <code>sekisho restore</code>.</p>
                        <div class="row"><Button icon="download" onClick={() => setBackup(true)}>Make a backup</Button></div>
                    </div>
                </Card>
            )}
            {may("MANAGE SETTINGS") && (
                <Card title="Encryption key">
                    <div class="stack">
                        <p class="quiet small">One key per installation protects the vault (AES-256-GCM).</p>
                        <div class="row-wrap"><Button icon="refresh" kind="danger" onClick={rotate}>Make a new key</Button>
                            <Button icon="key" kind="danger" onClick={() => setKey(true)}>Change master.key, too</Button>
                        </div>
                    </div>
                </Card>
            )}
            <Card title="Server">
                <Loaded query={status}>
                    {(known) => <Facts items={[["Version", known.version], ["Started", <Ago at={known.startedAt} />]]} />}
                </Loaded>
            </Card>
            <Loaded query={status}>{(known) => <NodesCard nodes={known.nodes} />}</Loaded>
            <Card title="Notices">
                <div class="stack">
                    <p class="quiet small">Web Push works without any service of ours. Each person switches it on for each of their devices.</p>
                    <div class="row"><LinkButton icon="bell" href="/me/security">My notices</LinkButton></div>
                </div>
            </Card>
        </div>
    );
}

const TABS = [
    { key: "server", label: "Server" },
    { key: "mail", label: "Mail" },
    { key: "streams", label: "Audit streams" },
    { key: "flows", label: "Flow log" },
] as const;
type Tab = (typeof TABS)[number]["key"];

export default function Settings() {
    const manage = may("MANAGE SETTINGS");
    const chosen = query.value.get("tab");
    const tab: Tab = manage && (chosen === "mail" || chosen === "streams" || chosen === "flows") ? chosen : "server";
    return (
        <Page title="Settings" text="Of the server itself.">
            <Tabs label="Settings" active={tab} onChange={(key) => setQuery("tab", key === "server" ? "" : key)} tabs={manage ? [...TABS] : [TABS[0]]}>
                {tab === "mail" ? <MailTab /> : tab === "streams" ? <StreamsTab /> : tab === "flows" ? <FlowLogTab /> : <ServerTab />}
            </Tabs>
        </Page>
    );
}
