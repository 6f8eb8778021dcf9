import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { platformOf, platformsFrom, type Platform } from "../format/platform";
import { CopyButton, Tabs } from "../ui/controls";
import { Note } from "../ui/parts";

const INSTALL = "https://www.wireguard.com/install/";

function Command({ children }: { children: string }) {
    return (
        <div class="code">
            <pre tabIndex={0} aria-label="Command">{children}</pre>
            <CopyButton text={children} label="Copy the command" />
        </div>
    );
}

function Outside({ href, children }: { href: string; children: string }) {
    return <a href={href} target="_blank" rel="noreferrer noopener">{children}</a>;
}

const WINDOWS_INSTALL = <li>Install WireGuard from <Outside href={INSTALL}>wireguard.com/install</Outside>. That needs an administrator once.</li>;

/** File: the name of the configuration, where it is known. */
const STEPS: Record<Platform, (file: string) => ComponentChildren> = {
    windows: (file) => (
        <ol class="steps">
            {WINDOWS_INSTALL}
            <li>Open WireGuard, choose “Import tunnel(s) from file”, and take <b>{file}</b>.</li>
            <li>Press “Activate”. The shield in the task bar shows that the tunnel is up.</li>
            <li>Delete the downloaded file: the app keeps the key, and whoever has the file has your access.</li>
        </ol>
    ),
    "windows-user": (file) => (
        <div class="stack">
            <p>
                WireGuard lets people without administrator rights switch tunnels on and off, but not add them. An administrator prepares the computer once,
                in a command prompt that was started as administrator:
            </p>
            <ol class="steps">
                {WINDOWS_INSTALL}
                <li>
                    Allow the small window of WireGuard for people who are no administrators:
                    <Command>reg add HKLM\Software\WireGuard /v LimitedOperatorUI /t REG_DWORD /d 1 /f</Command>
                </li>
                <li>
                    Make the person a member of the group “Network Configuration Operators” (on a Windows in another language the group has another name; its
                    identity is always S-1-5-32-556):
                    <Command>net localgroup "Network Configuration Operators" DOMAIN\name /add</Command>
                </li>
                <li>
                    Import <b>{file}</b> as the administrator, in the app or with this command; the tunnel then starts with Windows until somebody deactivates it:
                    <Command>{`"C:\\Program Files\\WireGuard\\wireguard.exe" /installtunnelservice "C:\\path\\to\\${file}"`}</Command>
                </li>
                <li>Log out and in again as the person. The WireGuard window opens with “Activate” and “Deactivate” only; keys can be neither seen nor exported there.</li>
            </ol>
        </div>
    ),
    macos: (file) => (
        <ol class="steps">
            <li>Install WireGuard from the <Outside href="https://apps.apple.com/app/wireguard/id1451685025">App Store</Outside>.</li>
            <li>Open it, choose “Import tunnel(s) from file”, and take <b>{file}</b>. macOS asks whether WireGuard may add VPN configurations: allow it.</li>
            <li>Press “Activate”.</li>
            <li>Delete the downloaded file.</li>
        </ol>
    ),
    linux: (file) => (
        <ol class="steps">
            <li>Install the tools: <Command>sudo apt install wireguard-tools</Command> On Fedora <span class="mono">sudo dnf install wireguard-tools</span>; other systems are listed at <Outside href={INSTALL}>wireguard.com/install</Outside>.</li>
            <li>Keep the file where only root reads it: <Command>{`sudo install -m 600 ${file} /etc/wireguard/ && rm ${file}`}</Command></li>
            <li>Switch the tunnel on: <Command>{`sudo wg-quick up ${file.replace(/\.conf$/, "")}`}</Command> With <span class="mono">down</span> it goes off.</li>
            <li>With NetworkManager instead, without root afterwards: <Command>{`nmcli connection import type wireguard file ${file}`}</Command></li>
        </ol>
    ),
    ios: (file) => (
        <ol class="steps">
            <li>Install WireGuard from the <Outside href="https://apps.apple.com/app/wireguard/id1441195209">App Store</Outside>.</li>
            <li>On another screen is the QR code? Tap “+”, “Create from QR code”, and scan it.</li>
            <li>You are on the phone itself? Download <b>{file}</b>, then tap “+”, “Create from file or archive”, and take it from “Downloads”.</li>
            <li>Allow WireGuard to add a VPN configuration, and switch the tunnel on.</li>
        </ol>
    ),
    android: (file) => (
        <ol class="steps">
            <li>Install WireGuard from <Outside href="https://play.google.com/store/apps/details?id=com.wireguard.android">Google Play</Outside> or F-Droid.</li>
            <li>On another screen is the QR code? Tap “+”, “Scan from QR code”.</li>
            <li>You are on the phone itself? Download <b>{file}</b>, then tap “+”, “Import from file or archive”.</li>
            <li>Switch the tunnel on and allow the VPN connection.</li>
        </ol>
    ),
};

/** How to bring a configuration into the WireGuard app, for every system; the one that is at hand comes first. */
export function SetupSteps({ file = "your file.conf" }: { file?: string }) {
    const own = platformOf(navigator.userAgent, navigator.maxTouchPoints);
    const [active, setActive] = useState<Platform>(own);
    return (
        <div class="stack">
            <Tabs label="Your system" tabs={platformsFrom(own)} active={active} onChange={setActive}>
                <div class="stack setup">{STEPS[active](file)}</div>
            </Tabs>
            {active === "windows" && <Note icon="info">You are no administrator of this computer? Then take the tab “Windows without admin rights”.</Note>}
        </div>
    );
}
