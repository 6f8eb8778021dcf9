import { useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import type { Device, DeviceMade } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { lockSentence, summary } from "../format/evidence";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Advanced, Switch, Text } from "../ui/fields";
import { Ago, Badge, Card, Empty, Facts, Loaded, Note, Page } from "../ui/parts";
import { Counters, Sparkline, useMoving } from "../ui/traffic";
import { DEVICE_TONES } from "./devicestate";
import { LinkDialog } from "./devicelink";
import { MadeDevice } from "./devicemade";

/** Of a lock that are listed. */
const TARGETS = 6;

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: (made: DeviceMade) => void }) {
    const form = useForm({ name: "", publicKey: "", presharedKey: false });
    return (
        <FormDialog
            title="Add a device"
            submit="Add device"
            form={form}
            onClose={onClose}
            save={async ({ name, publicKey, presharedKey }) => {
                const body = { name: name.trim(), presharedKey, ...(publicKey.trim() !== "" && { publicKey: publicKey.trim() }) };
                onMade(await got(api.POST("/me/devices", { body })));
                await invalidate("me/devices", "devices");
            }}
        >
            <p class="quiet">Install the WireGuard app on it first: <a href="/me/setup">how, for each system</a>. The next step shows the QR code to scan and the file to import.</p>
            <Text form={form} name="name" label="Name" placeholder="Phone" autoFocus hint="So that you know it again in this list." />
            <Advanced>
                <Text form={form} name="publicKey" label="Public key" mono optional hint="When the device made its own key pair. Else the server makes one and shows the private key once." />
                <Switch form={form} name="presharedKey" label="Pre-shared key" hint="One more secret between this device and the server." />
            </Advanced>
        </FormDialog>
    );
}

function DeviceCard({ device: asked, onMade, onLink }: { device: Device; onMade: (made: DeviceMade) => void; onLink: (device: Device) => void }) {
    const device = useMoving()(asked);
    const path = { id: device.id };
    const reset = async (): Promise<void> => {
        const sure = await confirm({
            title: `New key for ${device.name}?`,
            text: "The configuration that the device has now stops working at once. You get a new one to scan.",
            confirm: "Make a new key",
            danger: true,
        });
        if (sure !== undefined) {
            onMade(await got(api.POST("/devices/{id}/reset-key", { params: { path }, body: {} })));
            await invalidate("me/devices");
        }
    };
    const remove = async (): Promise<void> => {
        const sure = await confirm({ title: `Remove ${device.name}?`, text: "It can't connect any more.", confirm: "Remove", danger: true });
        if (sure !== undefined) {
            await api.DELETE("/devices/{id}", { params: { path } });
            await invalidate("me/devices");
            toast(`${device.name} is removed.`);
        }
    };
    return (
        <Card
            title={device.name}
            actions={
                <>
                    <Badge tone={DEVICE_TONES[device.state]}>{device.state}</Badge>
                    <Menu label={`Actions of ${device.name}`} items={[
                        { label: "Hand over by a link", icon: "send", run: () => onLink(device), hidden: !may("ADD OWN DEVICES") },
                        { label: "New key and QR code", icon: "key", run: reset, hidden: !may("ADD OWN DEVICES") },
                        { label: "Remove", icon: "trash", danger: true, run: remove, hidden: !may("ADD OWN DEVICES") },
                    ]} />
                </>
            }
        >
            <div class="stack">
                {device.lock && (
                    <Note tone="bad" icon="lock">
                        <b>Locked <Ago at={device.lock.at} />.</b> {lockSentence(device.lock)} Ask an administrator to unlock it.
                        {device.lock.comment !== "" && <div class="small">{device.lock.comment}</div>}
                        {device.lock.targets.length > 0 && (
                            <div class="small">
                                {summary(device.lock.targets)}: <span class="mono">{device.lock.targets.slice(0, TARGETS).map((one) => one.destination).join(", ")}</span>
                                {device.lock.targets.length > TARGETS && ` and ${device.lock.targets.length - TARGETS} more`}
                            </div>
                        )}
                    </Note>
                )}
                {device.state === "pending" && <Note tone="warn" icon="clock">An administrator must let it in first.</Note>}
                <Facts items={[
                    ["Address", <span class="mono">{device.addresses.join(", ")}</span>],
                    ["Last seen", <Ago at={device.lastHandshakeAt} />],
                    ["Traffic", <Counters device={device} />],
                    ["Last minutes", <Sparkline device={device} />],
                    ...(device.expiresAt ? [["Expires", <Ago at={device.expiresAt} />] as [string, preact.JSX.Element]] : []),
                ]} />
            </div>
        </Card>
    );
}

export default function MyDevices() {
    const devices = useQuery("me/devices", () => whole((query) => api.GET("/me/devices", { params: { query } })));
    const [adding, setAdding] = useState(query.value.has("new") && may("ADD OWN DEVICES"));
    const [made, setMade] = useState<DeviceMade>();
    const [linking, setLinking] = useState<Device>();
    const allowed = may("ADD OWN DEVICES");
    useMainAction("Add a device", () => setAdding(true), allowed);
    const add = allowed && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add device</Button>;
    return (
        <Page title="My devices" text="What you connect with. Each device has a key of its own." actions={add}>
            <Loaded query={devices} retry={() => invalidate("me/devices")}>
                {(list) =>
                    list.items.length === 0 ? (
                        <Empty icon="phone" title="No device yet" action={add}>
                            A device is a phone or computer with the WireGuard app. Add one, scan its QR code, switch the tunnel on: done.
                        </Empty>
                    ) : <div class="halves">{list.items.map((one) => <DeviceCard key={one.id} device={one} onMade={setMade} onLink={setLinking} />)}</div>
                }
            </Loaded>
            {linking && <LinkDialog device={linking} onClose={() => setLinking(undefined)} />}
            {adding && <AddDialog onClose={() => setAdding(false)} onMade={setMade} />}
            {made && (
                <Dialog title={made.device.name} onClose={() => setMade(undefined)} size="wide" footer={<Button kind="primary" onClick={() => setMade(undefined)}>Done</Button>}>
                    <MadeDevice made={made} />
                </Dialog>
            )}
        </Page>
    );
}
