import { useEffect, useMemo } from "preact/hooks";
import type { DeviceMade } from "../api/types";
import { CopyButton } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Advanced } from "../ui/fields";
import { Note, QrCode } from "../ui/parts";
import { SetupSteps } from "./setupsteps";

/** A text as a file to keep. */
export function DownloadText({ text, name, wide, children }: { text: string; name: string; wide?: boolean; children: string }) {
    const url = useMemo(() => URL.createObjectURL(new Blob([text], { type: "text/plain" })), [text]);
    useEffect(() => () => URL.revokeObjectURL(url), [url]);
    return <a class={wide ? "btn primary large wide" : "btn"} href={url} download={name}><Icon name="download" />{children}</a>;
}

/** A new device's configuration, which is shown this once; `asked` = it should have been mailed, too. */
export function MadeDevice({ made, asked = false }: { made: DeviceMade; asked?: boolean }) {
    const { device, config, qrSvg } = made;
    const file = `${device.name.replace(/[^A-Za-z0-9_=+.-]/g, "-").slice(0, 15) || "sekisho"}.conf`;
    if (config === undefined) {
        return (
            <Note tone="ok" icon="checkCircle">
                {device.name} is added with the address {device.addresses.join(", ")}. It keeps its own private key, so there is no configuration to hand out.
            </Note>
        );
    }
    return (
        <div class="stack">
            {made.mailed ? <Note tone="ok" icon="mail">Mailed to {device.user} too.</Note>
            : asked && <Note tone="warn" icon="mail">Not mailed: {device.user} has no e-mail address, or no mail server is set up. Hand it over another way.</Note>}
            {device.state === "pending" && <Note tone="warn" icon="clock">An administrator must let this device in before it can reach anything.</Note>}
            <Note tone="warn" icon="key">The private key below is shown this once and kept nowhere. Scan or download it now.</Note>
            {qrSvg !== undefined && (
                <div class="beside">
                    <QrCode svg={qrSvg} label={`QR code with the configuration of ${device.name}`} />
                    <p class="small quiet">Scan it with the WireGuard app on a phone, or import the file on a computer.</p>
                </div>
            )}
            <div class="code"><pre tabIndex={0} aria-label="Configuration">{config}</pre></div>
            <div class="row-wrap">
                <DownloadText text={config} name={file}>{`Download ${file}`}</DownloadText>
                <CopyButton text={config} label="Copy the configuration" />
            </div>
            <Advanced label="What to do with it"><SetupSteps file={file} /></Advanced>
        </div>
    );
}
