import { useState } from "preact/hooks";
import { api, got, ifMatch, whole } from "../api/client";
import type { AlertChannel, AlertDelivery } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { senderOf } from "../format/delivery";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { toast } from "../state/toasts";
import { Button, Menu, Tabs } from "../ui/controls";
import { FormDialog } from "../ui/dialogs";
import { Checks, Choice, Switch, Text } from "../ui/fields";
import type { IconName } from "../ui/icons";
import { Ago, Avatar, Badge, Badges, Cell, Empty, Loaded, Page, type Tone } from "../ui/parts";
import { Filter, ListingTable, Table, useListing } from "../ui/table";

type Kind = AlertChannel["kind"];

const KINDS: Record<Kind, { label: string; icon: IconName; settings: { key: string; label: string; hint?: string; rows?: number }[] }> = {
    email: { label: "E-mail", icon: "mail", settings: [{ key: "to", label: "To", hint: "Addresses with commas between." }] },
    http: {
        label: "HTTP", icon: "send",
        settings: [
            { key: "url", label: "URL" },
            { key: "method", label: "Method", hint: "POST if empty." },
            { key: "contentType", label: "Content type" },
            { key: "headers", label: "Headers", rows: 3, hint: "One per line: Name: value" },
            { key: "body", label: "Body", rows: 5, hint: "Variables such as {{applicant}} {{device}} {{source}} {{username}} are filled in; of requests also {{resource}} {{reason}} {{ticket}} {{comment}}, of locks {{reason}} {{endpoint}} {{targets}}." },
        ],
    },
    slack: { label: "Slack-style webhook", icon: "inbox", settings: [{ key: "url", label: "Webhook URL" }] },
    ntfy: { label: "ntfy", icon: "bell", settings: [{ key: "url", label: "Topic URL", hint: "https://ntfy.example.org/sekisho" }, { key: "token", label: "Token" }, { key: "priority", label: "Priority" }] },
    syslog: { label: "Syslog", icon: "audit", settings: [{ key: "host", label: "Host" }, { key: "port", label: "Port" }, { key: "protocol", label: "Protocol", hint: "udp, tcp or tls" }] },
};

const EVENTS = [
    { value: "device.locked", label: "A device is locked" },
    { value: "device.unlocked", label: "A device is unlocked" },
    { value: "device.created", label: "A device is added" },
    { value: "login.locked-out", label: "An account is locked" },
    { value: "challenge.reported", label: "“This was not me”" },
    { value: "request.created", label: "Somebody asks for access" },
    { value: "request.*", label: "All about requests" },
    { value: "secret.revealed", label: "A secret is revealed" },
    { value: "server.policy-held-up", label: "Changes don’t come into force" },
    { value: "server.policy-in-force", label: "Changes come into force again" },
    { value: "server.node-silent", label: "A server falls silent" },
    { value: "server.node-back", label: "A silent server is back" },
    { value: "server.*", label: "All about the server" },
    { value: "*", label: "Everything that is audited" },
];

function ChannelDialog({ channel, onClose }: { channel: AlertChannel | undefined; onClose: () => void }) {
    const [base, setBase] = useState(channel);
    const form = useForm({
        name: base?.name ?? "", kind: base?.kind ?? ("email" as Kind), events: base?.events ?? ["device.locked"], enabled: base?.enabled ?? true,
        ...Object.fromEntries(Object.entries(base?.settings ?? {}).map(([key, value]) => [`settings.${key}`, value])),
    } as { name: string; kind: Kind; events: string[]; enabled: boolean } & Record<string, unknown>, [base]);
    const kind = form.values.value.kind;
    const save = async (values: Record<string, unknown>, version?: number): Promise<void> => {
        const settings = Object.fromEntries(
            KINDS[kind].settings.map(({ key }) => [key, String(values[`settings.${key}`] ?? "").trim()]).filter(([, value]) => value !== ""),
        ) as Record<string, string>;
        const body = { name: String(values.name).trim(), kind, settings, events: values.events as string[], enabled: values.enabled as boolean };
        if (channel === undefined) {
            await api.POST("/alert-channels", { body });
        } else {
            await api.PUT("/alert-channels/{id}", { params: { path: { id: channel.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("alert-channels");
        toast(channel === undefined ? "Added. Send a test to be sure." : "Saved.");
    };
    return (
        <FormDialog
            title={channel === undefined ? "Add a channel" : `Edit ${channel.name}`}
            submit={channel === undefined ? "Add channel" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(channel !== undefined && {
                onOverwrite: (values: Record<string, unknown>) => save(values),
                onReload: async () => setBase(await got(api.GET("/alert-channels/{id}", { params: { path: { id: channel.id } } }))),
            })}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus />
                <Choice form={form} name="kind" label="Kind" choices={Object.entries(KINDS).map(([value, one]) => ({ value, label: one.label }))} />
            </div>
            {KINDS[kind].settings.map((one) => (
                <Text key={kind + one.key} form={form} name={`settings.${one.key}`} label={one.label} mono hint={channel?.secretSettings?.includes(one.key) ? "Kept, and not shown. Leave it empty to keep it." : one.hint} {...(one.rows && { rows: one.rows })} />
            ))}
            <Checks form={form} name="events" label="Tells about" choices={EVENTS} />
            <Switch form={form} name="enabled" label="Switched on" />
        </FormDialog>
    );
}

function useChannels() {
    return useQuery("alert-channels", () => whole((query) => api.GET("/alert-channels", { params: { query } })));
}

function Channels({ onEdit, add }: { onEdit: (channel: AlertChannel) => void; add: preact.JSX.Element }) {
    const channels = useChannels();
    const test = async (channel: AlertChannel): Promise<void> => {
        const { ok, detail } = await got(api.POST("/alert-channels/{id}/test", { params: { path: { id: channel.id } } }));
        toast(ok ? `The test went out: ${detail}` : `The test failed: ${detail}`, ok ? "ok" : "bad");
    };
    const remove = async (channel: AlertChannel): Promise<void> => {
        const sure = await confirm({ title: `Delete ${channel.name}?`, text: "What it tells about is not told by it any more.", confirm: "Delete", danger: true });
        if (sure !== undefined) {
            await api.DELETE("/alert-channels/{id}", { params: { path: { id: channel.id } } });
            await invalidate("alert-channels");
        }
    };
    return (
        <Loaded query={channels} retry={() => invalidate("alert-channels")}>
            {(list) => list.items.length === 0 ? (
                <Empty icon="bell" title="Nobody is told yet" action={add}>A channel brings news such as a locked device to people: by e-mail, chat, phone or into your SIEM.</Empty>
            ) : (
                <Table
                    label="Alert channels"
                    rows={list.items}
                    id={(one) => one.id}
                    columns={[
                        { head: "Channel", cell: (one) => <Cell lead={<Avatar name="" icon={KINDS[one.kind].icon} />} title={one.name} small={KINDS[one.kind].label} /> },
                        { head: "Tells about", cell: (one) => <Badges items={one.events} most={2} /> },
                        { head: "State", cell: (one) => <Badge tone={one.enabled ? "ok" : ""}>{one.enabled ? "on" : "off"}</Badge> },
                        { head: "", kind: "end", cell: (one) => (
                            <span class="row">
                                <Button size="small" icon="send" onClick={() => test(one)}>Test</Button>
                                <Menu label={`Actions of ${one.name}`} items={[
                                    { label: "Edit", icon: "edit", run: () => onEdit(one) },
                                    { label: "Delete", icon: "trash", danger: true, run: () => remove(one) },
                                ]} />
                            </span>
                        ) },
                    ]}
                />
            )}
        </Loaded>
    );
}

const DELIVERY_TONES: Record<AlertDelivery["state"], Tone> = { queued: "warn", sent: "ok", dead: "bad" };

function Deliveries() {
    const state = query.value.get("state") ?? "";
    const channels = useChannels();
    const listed = useListing(`alert-deliveries?${state}`, (cursor) =>
        got(api.GET("/alert-deliveries", { params: { query: { ...(state && { state }), ...(cursor && { cursor }) } } })));
    const retry = async (one: AlertDelivery): Promise<void> => {
        await api.POST("/alert-deliveries/{id}/retry", { params: { path: { id: one.id } } });
        await invalidate("alert-deliveries");
        toast("It goes out again.");
    };
    return (
        <>
            <div class="filters">
                <Filter label="State" value={state} onChange={(value) => setQuery("state", value)} choices={[
                    { value: "", label: "Any state" }, { value: "queued", label: "Queued" }, { value: "sent", label: "Sent" }, { value: "dead", label: "Gave up" },
                ]} />
            </div>
            <ListingTable
                listed={listed}
                label="Deliveries"
                id={(one) => one.id}
                empty={<Empty icon="send" title="Nothing was sent yet">Each alert is listed here until it has arrived; what can't be delivered stays.</Empty>}
                columns={[
                    { head: "Event", cell: (one) => <b>{one.subject}</b> },
                    { head: "Channel", cell: (one) => channels.data === undefined ? "" : senderOf(one.channel, channels.data.items) },
                    { head: "State", cell: (one) => <Badge tone={DELIVERY_TONES[one.state]}>{one.state === "dead" ? "gave up" : one.state}</Badge> },
                    { head: "Attempts", kind: "num", cell: (one) => one.attempts },
                    { head: "Last error", cell: (one) => one.lastError || <span class="faint">none</span> },
                    { head: "When", cell: (one) => <Ago at={one.madeAt} /> },
                    { head: "", kind: "end", cell: (one) => one.state === "dead" && <Button size="small" icon="refresh" onClick={() => retry(one)}>Try again</Button> },
                ]}
            />
        </>
    );
}

export default function Alerts() {
    const [editing, setEditing] = useState<AlertChannel | "new">();
    const tab = query.value.get("tab") === "deliveries" ? "deliveries" : "channels";
    useMainAction("Add an alert channel", () => setEditing("new"));
    const add = <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add channel</Button>;
    return (
        <Page title="Alerts" text="Who is told when something happens." actions={add}>
            <Tabs
                label="Alerts"
                active={tab}
                onChange={(key) => setQuery("tab", key === "channels" ? "" : key)}
                tabs={[{ key: "channels", label: "Channels" }, { key: "deliveries", label: "Deliveries" }]}
            >
                {tab === "channels" ? <Channels onEdit={setEditing} add={add} /> : <Deliveries />}
            </Tabs>
            {editing !== undefined && <ChannelDialog channel={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
        </Page>
    );
}
