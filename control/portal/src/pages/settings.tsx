import { api, got, ifMatch } from "../api/client";
import type { components } from "../api/schema";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may, session } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Tabs } from "../ui/controls";
import { Choice, FormProblem, Switch, Text } from "../ui/fields";
import { Ago, Card, Facts, Loaded, Note, Page } from "../ui/parts";

type Mail = components["schemas"]["MailSettings"];
type Streams = components["schemas"]["AuditStreams"];

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
        const { ok, detail } = await got(api.POST("/mail/test", { body: { to } }));
        toast(ok ? `A mail is on its way to ${to}.` : `It failed: ${detail}`, ok ? "ok" : "bad");
    };
    return (
        <Card title="Mail server" text="For configurations, codes, notices and alerts.">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(known.version); }}>
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

function MailTab() {
    const mail = useQuery("mail", () => got(api.GET("/mail/settings")));
    return <Loaded query={mail} retry={() => invalidate("mail")}>{(known) => <MailForm key={known.version} known={known} />}</Loaded>;
}

function StreamsForm({ known }: { known: Streams }) {
    const form = useForm({
        syslogOn: known.syslog !== undefined, "syslog.host": known.syslog?.host ?? "", "syslog.port": known.syslog?.port ?? 6514,
        "syslog.protocol": known.syslog?.protocol ?? "tls", fileOn: known.file !== undefined, "file.path": known.file?.path ?? "",
    });
    const values = form.values.value;
    const save = (): Promise<boolean> =>
        form.submit(async (given) => {
            await api.PUT("/audit/streams", {
                body: {
                    ...(given.syslogOn && { syslog: { host: given["syslog.host"].trim(), port: given["syslog.port"], protocol: given["syslog.protocol"] } }),
                    ...(given.fileOn && { file: { path: given["file.path"].trim() } }),
                },
            });
            await invalidate("audit-streams");
            toast("Saved.");
        });
    return (
        <Card title="Audit streams" text="Every audit record is sent on as it is written.">
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
                <FormProblem form={form} />
                <Switch form={form} name="syslogOn" label="Syslog" hint="RFC 5424, for a SIEM." />
                {values.syslogOn && (
                    <div class="pair">
                        <Text form={form} name="syslog.host" label="Host" mono />
                        <Text form={form} name="syslog.port" label="Port" type="number" min={1} max={65535} />
                        <Choice form={form} name="syslog.protocol" label="Protocol" choices={[{ value: "tls", label: "TLS" }, { value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }]} />
                    </div>
                )}
                <Switch form={form} name="fileOn" label="File" hint="One JSON object per line." />
                {values.fileOn && <Text form={form} name="file.path" label="Path on the server" mono />}
                <div class="row"><Button type="submit" kind="primary" busy={form.busy.value}>Save</Button></div>
            </form>
        </Card>
    );
}

function StreamsTab() {
    const streams = useQuery("audit-streams", () => got(api.GET("/audit/streams")));
    return <Loaded query={streams} retry={() => invalidate("audit-streams")}>{(known) => <StreamsForm known={known} />}</Loaded>;
}

async function download(): Promise<void> {
    const { data, response } = await api.POST("/backups", { parseAs: "blob" });
    const url = URL.createObjectURL(data as Blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "sekisho-backup";
    link.click();
    // The click has started the download; the address is not needed after it.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast("The backup is made. Keep it safe: it holds everything.");
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

function ServerTab() {
    const status = useQuery("status", () => got(api.GET("/status")));
    return (
        <div class="halves">
            {may("BACKUP") && (
                <Card title="Backup">
                    <div class="stack">
                        <p class="quiet small">Database, keys and settings in one file. Restore it with <code>sekisho restore</code>.</p>
                        <div class="row"><Button icon="download" onClick={download}>Make a backup</Button></div>
                    </div>
                </Card>
            )}
            {may("MANAGE SETTINGS") && (
                <Card title="Encryption key">
                    <div class="stack">
                        <p class="quiet small">One key per installation protects the vault (AES-256-GCM).</p>
                        <div class="row"><Button icon="refresh" kind="danger" onClick={rotate}>Make a new key</Button></div>
                    </div>
                </Card>
            )}
            <Card title="Server">
                <Loaded query={status}>
                    {(known) => <Facts items={[["Version", known.version], ["Started", <Ago at={known.startedAt} />], ["Nodes", String(known.nodes)]]} />}
                </Loaded>
            </Card>
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
] as const;
type Tab = (typeof TABS)[number]["key"];

export default function Settings() {
    const manage = may("MANAGE SETTINGS");
    const chosen = query.value.get("tab");
    const tab: Tab = manage && (chosen === "mail" || chosen === "streams") ? chosen : "server";
    return (
        <Page title="Settings" text="Of the server itself.">
            <Tabs label="Settings" active={tab} onChange={(key) => setQuery("tab", key === "server" ? "" : key)} tabs={manage ? [...TABS] : [TABS[0]]}>
                {tab === "mail" ? <MailTab /> : tab === "streams" ? <StreamsTab /> : <ServerTab />}
            </Tabs>
        </Page>
    );
}
