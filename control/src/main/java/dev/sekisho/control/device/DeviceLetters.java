package dev.sekisho.control.device;

import dev.sekisho.control.people.Person;
import dev.sekisho.control.settings.HostAddress;
import dev.sekisho.control.settings.MailTemplate;
import dev.sekisho.control.settings.Settings;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The mail with a device's configuration (product line P02). Thread-safe.
public final class DeviceLetters {
    private static final System.Logger LOG = System.getLogger(DeviceLetters.class.getName());

    private static final String ATTACHED = "Import the attached file, or scan the attached QR code with a phone.";
    private static final DateTimeFormatter UNTIL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);

    private final Settings settings;
    private final Optional<DeviceMail> mail;

    /// @param mail empty when this server sends none
    public DeviceLetters(Settings settings, Optional<DeviceMail> mail) {
        this.settings = settings;
        this.mail = mail;
    }

    /// Sends a new device's configuration to its user.
    ///
    /// @return false when there is nothing to send, nowhere to send it to, or it could not be sent: whoever asked
    ///     sees the configuration and can hand it over
    public boolean send(Devices.Made made) {
        return made.config()
                .map(config -> send(
                        made,
                        ATTACHED,
                        new DeviceMail.Handover.Attached(
                                fileName(made.device()),
                                config,
                                Base64.getEncoder().encodeToString(QrPng.of(config)))))
                .orElse(false);
    }

    /// Sends the link to a device's configuration to its user, which is all that the mail holds.
    ///
    /// @return false as [#send]
    public boolean sendLink(DeviceLinks.Issued issued, String url) {
        String how = "Open the link in this mail. It works once, until "
                + UNTIL.format(issued.link().expiresAt().atOffset(ZoneOffset.UTC)) + ".";
        return send(issued.made(), how, new DeviceMail.Handover.Linked(url));
    }

    private boolean send(Devices.Made made, String how, DeviceMail.Handover handover) {
        Person to = made.owner();
        if (mail.isEmpty() || to.email().isEmpty()) {
            return false;
        }
        MailTemplate template = settings.template();
        MailTemplate.Mail filled = template.fill(Map.of(
                "user", to.name(),
                "name", to.displayName().isEmpty() ? to.name() : to.displayName(),
                "device", made.device().name(),
                "server",
                        settings.current()
                                .place()
                                .publicAddress()
                                .or(HostAddress::find)
                                .orElse("the server"),
                "handover", how,
                "addresses", String.join(", ", Devices.texts(made.device().addresses()))));
        try {
            mail.get().send(new DeviceMail.Letter(to, filled.subject(), body(template, filled, how), handover));
            return true;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "the configuration of {0} was not mailed: {1}",
                    made.device().deviceId(),
                    e.getMessage());
            return false;
        }
    }

    /// A text of an administrator's own may know nothing of how the configuration comes.
    private static String body(MailTemplate template, MailTemplate.Mail filled, String how) {
        return template.names("handover") ? filled.body() : filled.body() + "\n" + how + "\n";
    }

    /// A name that WireGuard apps take for a tunnel.
    static String fileName(Device device) {
        String name = device.name().replaceAll("[^A-Za-z0-9_=+.-]+", "-").replaceAll("^[-.]+", "");
        String cut = name.substring(0, Math.min(15, name.length()));
        return (cut.isEmpty() ? "sekisho" : cut) + ".conf";
    }
}
