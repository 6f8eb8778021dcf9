import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Device, DeviceMade } from "../api/types";
import type { PageProps } from "../app/pages";
import { bytes, count } from "../format/text";
import { dateTime, fromLocalInput, toLocalInput } from "../format/time";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, optimistic, useQuery } from "../state/queries";
import { go } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, CopyButton, LinkButton, Menu } from "../ui/controls";
import { deleteAfter, Dialog, FormDialog } from "../ui/dialogs";
import { Text } from "../ui/fields";
import { Ago, Badge, Bones, Card, Facts, Failed, Note, Page } from "../ui/parts";
import { rate, Sparkline, useMoving } from "../ui/traffic";
import { Evidence, PastLocks, ReasonBadge, unlock, useDecoys } from "./evidence";
import { DeviceLinks, LinkDialog } from "./devicelink";
import { MadeDevice } from "./devicemade";
import { DEVICE_TONES } from "./devicestate";

function EditDialog({ device, onClose }: { device: Device; onClose: () => void }) {
    const form = useForm({ name: device.name, expires: toLocalInput(device.expiresAt) });
    const path = { id: device.id };
    const save = async (values: { name: string; expires: string }, version: number | undefined): Promise<void> => {
        const expiresAt = fromLocalInput(values.expires);
        await api.PATCH("/devices/{id}", { params: { path }, body: { name: values.name.trim(), ...(expiresAt ? { expiresAt } : device.expiresAt && { neverExpires: true }) }, headers: ifMatch(version) });
        await invalidate("devices", "me/devices");
        toast("Saved.");
    };
    return (
        <FormDialog
            title={`Edit ${device.name}`}
            submit="Save"
            size="narrow"
            form={form}
            onClose={onClose}
            save={(values) => save(values, device.version)}
            onOverwrite={(values) => save(values, undefined)}
        >
            <Text form={form} name="name" label="Name" autoFocus />
            <Text form={form} name="expires" label="Expires" type="datetime-local" optional hint="From then on it can't connect." />
        </FormDialog>
    );
}

function useActions(device: Device, onMade: (made: DeviceMade) => void) {
    const path = { id: device.id };
    const become = async (next: Device["state"], work: () => Promise<unknown>): Promise<void> => {
        await optimistic<Device>(`devices/${device.id}`, (known) => ({ ...known, state: next }), work);
        await invalidate("devices", "me/devices");
    };
    return {
        approve: () => become("active", () => api.POST("/devices/{id}/approve", { params: { path } })),
        enable: () => become("active", () => api.POST("/devices/{id}/enable", { params: { path } })),
        disable: () => become("disabled", () => api.POST("/devices/{id}/disable", { params: { path } })),
        lock: async () => {
            const reason = await confirm({
                title: `Lock ${device.name}?`, text: "It passes nothing until an administrator unlocks it. Its user sees the reason.",
                confirm: "Lock", danger: true, ask: { label: "Reason", required: true },
            });
            if (reason !== undefined) {
                await become("locked", () => api.POST("/devices/{id}/lock", { params: { path }, body: { reason } }));
            }
        },
        unlock: () => unlock(device),
        disconnect: async () => {
            await api.POST("/devices/{id}/disconnect", { params: { path } });
            toast("Disconnected. It may connect again.");
        },
        resetKey: async () => {
            const sure = await confirm({ title: `New key for ${device.name}?`, text: "Its present configuration stops working at once.", confirm: "Make a new key", danger: true });
            if (sure !== undefined) {
                onMade(await got(api.POST("/devices/{id}/reset-key", { params: { path }, body: {} })));
                await invalidate("devices");
            }
        },
        remove: async () => {
            const gone = await deleteAfter(`device ${device.name}`, device.name, "It can't connect any more. Its flows stay in the log.", () =>
                api.DELETE("/devices/{id}", { params: { path } }));
            if (gone) {
                await invalidate("devices");
                toast(`${device.name} is deleted.`);
                go("/devices");
            }
        },
    };
}

function Lock({ lock }: { lock: NonNullable<Device["lock"]> }) {
    return (
        <Card title="Why it is locked" actions={<ReasonBadge lock={lock} />}>
            <Evidence lock={lock} decoys={useDecoys()} />
        </Card>
    );
}

function Detail({ device: asked }: { device: Device }) {
    const device = useMoving()(asked);
    const [editing, setEditing] = useState(false);
    const [made, setMade] = useState<DeviceMade>();
    const [linking, setLinking] = useState(false);
    const actions = useActions(device, setMade);
    const manage = may("MANAGE DEVICES");
    return (
        <Page
            title={device.name}
            text={<>Device of {device.user}</>}
            back={{ href: "/devices", label: "Devices" }}
            actions={manage && (
                <>
                    {device.state === "pending" && <Button kind="primary" icon="check" onClick={actions.approve}>Let it in</Button>}
                    {device.state === "locked" && <Button kind="primary" icon="unlock" onClick={actions.unlock}>Unlock</Button>}
                    {device.state === "disabled" && <Button icon="play" onClick={actions.enable}>Enable</Button>}
                    {device.state === "active" && <Button kind="danger" icon="lock" onClick={actions.lock}>Lock</Button>}
                    <Button icon="edit" onClick={() => setEditing(true)}>Edit</Button>
                    <Menu label="More actions" items={[
                        { label: "Disconnect", icon: "wifiOff", run: actions.disconnect, hidden: device.state !== "active" },
                        { label: "Hand out by a link", icon: "send", run: () => setLinking(true) },
                        { label: "New key", icon: "key", run: actions.resetKey },
                        { label: "Disable", icon: "pause", run: actions.disable, hidden: device.state !== "active" },
                        "line",
                        { label: "Delete", icon: "trash", danger: true, run: actions.remove },
                    ]} />
                </>
            )}
        >
            <div class="stack-l">
            <div class="split">
                <div class="stack">
                    {device.lock && device.state === "locked" && <Lock lock={device.lock} />}
                    {device.state === "pending" && <Note tone="warn" icon="clock">It passes nothing until somebody lets it in. Ask {device.user} whether it is theirs.</Note>}
                    <div class="tiles">
                        <div class="tile"><span class="t">Received</span><span class="v">{bytes(device.receivedBytes)}</span><span class="t">{rate(device.receivedBytesPerSecond)}</span></div>
                        <div class="tile"><span class="t">Sent</span><span class="v">{bytes(device.sentBytes)}</span><span class="t">{rate(device.sentBytesPerSecond)}</span></div>
                        <div class="tile"><span class="t">Live flows</span><span class="v">{count(device.flows)}</span></div>
                    </div>
                    <Card title="The last three minutes" actions={<span class="small quiet"><span class="key l" />received <span class="key s" />sent</span>}>
                        <Sparkline device={device} wide />
                    </Card>
                    <div class="row-wrap">
                        {may("VIEW ALL LOGS") && <LinkButton icon="flow" href={`/flows?device=${encodeURIComponent(device.device)}`}>Its flows</LinkButton>}
                        <LinkButton icon="question" href={`/explain?subject=${encodeURIComponent(`${device.user}/${device.name}`)}`}>What it may reach</LinkButton>
                    </div>
                </div>
                <Card title="Facts" actions={<Badge tone={DEVICE_TONES[device.state]}>{device.state}</Badge>}>
                    <Facts items={[
                        ["Address", <span class="mono">{device.addresses.join(", ")}</span>],
                        ["Last handshake", <Ago at={device.lastHandshakeAt} />],
                        ["Comes from", device.endpoint ? <span><span class="mono">{device.endpoint}</span>{device.place === undefined ? "" : ` (${device.place})`}</span> : <span class="faint">unknown</span>],
                        ["Public key", <span class="row"><span class="mono">{device.publicKey.slice(0, 16)}…</span><CopyButton text={device.publicKey} label="Copy the public key" /></span>],
                        ["Added", dateTime(device.createdAt)],
                        ["Expires", device.expiresAt ? dateTime(device.expiresAt) : <span class="faint">never</span>],
                    ]} />
                </Card>
            </div>
            <div class="halves">
                <Card title="Links that hand it out"><DeviceLinks device={device} manage={manage} /></Card>
                <Card title="Locks before"><PastLocks device={device.id} /></Card>
            </div>
            </div>
            {linking && <LinkDialog device={device} onClose={() => setLinking(false)} />}
            {editing && <EditDialog device={device} onClose={() => setEditing(false)} />}
            {made && (
                <Dialog title={`New key of ${device.name}`} size="wide" onClose={() => setMade(undefined)} footer={<Button kind="primary" onClick={() => setMade(undefined)}>Done</Button>}>
                    <MadeDevice made={made} />
                </Dialog>
            )}
        </Page>
    );
}

export default function DevicePage({ params }: PageProps) {
    const id = params.id ?? "";
    const device = useQuery(`devices/${id}`, () => got(api.GET("/devices/{id}", { params: { path: { id } } })));
    if (device.data === undefined) {
        return <Page title="Device" back={{ href: "/devices", label: "Devices" }}>{device.error === undefined ? <Bones lines={6} /> : <Failed error={device.error} />}</Page>;
    }
    return <Detail device={device.data} />;
}
