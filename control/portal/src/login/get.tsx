import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { FetchedConfig } from "../api/types";
import { remaining } from "../format/time";
import { DownloadText } from "../pages/devicemade";
import { SetupSteps } from "../pages/setupsteps";
import { useQuery } from "../state/queries";
import { Button, CopyButton } from "../ui/controls";
import { Facts, Loaded, Note, QrCode, useNow } from "../ui/parts";
import { Gate } from "./frame";
import { takeSecret } from "./secret";

function Left({ until }: { until: string }) {
    const time = useNow();
    return <>{remaining(until, time)}</>;
}

function Got({ config }: { config: FetchedConfig }) {
    return (
        <div class="stack">
            <Note tone="warn" icon="key">The link is used up: this page shows the key this once. Download the file or scan the code before you leave.</Note>
            <DownloadText text={config.config} name={config.fileName} wide>{`Download ${config.fileName}`}</DownloadText>
            <div class="beside">
                <QrCode svg={config.qrSvg} label={`QR code with the configuration of ${config.device}`} />
                <p class="small quiet">For a phone beside this screen: WireGuard app, “+”, “Scan from QR code”.</p>
            </div>
            <details class="adv">
                <summary>Show the configuration</summary>
                <div class="stack">
                    <div class="code"><pre tabIndex={0} aria-label="Configuration">{config.config}</pre></div>
                    <CopyButton text={config.config} label="Copy the configuration" />
                </div>
            </details>
            <h2>What now</h2>
            <SetupSteps file={config.fileName} />
        </div>
    );
}

/** Hands a configuration out by a link that works once, without a login. */
export function GetPage({ id }: { id: string }) {
    const [secret] = useState(takeSecret);
    const path = { id };
    const waiting = useQuery(`device-link/${id}`, () => got(api.POST("/device-links/{id}/look", { params: { path }, body: { secret } })));
    const [config, setConfig] = useState<FetchedConfig>();
    const fetchIt = async (): Promise<void> => setConfig(await got(api.POST("/device-links/{id}/fetch", { params: { path }, body: { secret } })));
    return (
        <Gate title={config === undefined ? "Your configuration" : config.device} text={config === undefined ? "Somebody made this link for your device." : `WireGuard configuration of ${config.user}.`} wide={config !== undefined}>
            {config !== undefined ? <Got config={config} /> : (
                <Loaded query={waiting}>
                    {(one) => (
                        <div class="stack">
                            <Facts items={[["Device", one.device], ["Of", one.user], ["Works for", <Left until={one.expiresAt} />]]} />
                            <Note icon="info">It works once. Go on if you are on the device that is to be set up, or have it beside you.</Note>
                            <Button kind="primary" size="large wide" icon="key" onClick={fetchIt}>Get the configuration</Button>
                        </div>
                    )}
                </Loaded>
            )}
        </Gate>
    );
}
