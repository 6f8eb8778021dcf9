package dev.sekisho.control.server;

import dev.sekisho.control.factor.FactorApi;
import dev.sekisho.control.factor.FactorPolicies;
import dev.sekisho.control.factor.FactorTools;
import dev.sekisho.control.factor.JdbcFactorPolicyStore;
import dev.sekisho.control.factor.JdbcFactorStore;
import dev.sekisho.control.factor.Mailer;
import dev.sekisho.control.factor.MyFactors;
import dev.sekisho.control.factor.PolicyEffects;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.login.DeviceCodes;
import dev.sekisho.control.login.Directories;
import dev.sekisho.control.login.InternalCredentials;
import dev.sekisho.control.login.JdbcDeviceCodeStore;
import dev.sekisho.control.login.JdbcLoginStore;
import dev.sekisho.control.login.LoginApi;
import dev.sekisho.control.login.LoginLimits;
import dev.sekisho.control.login.LoginStore;
import dev.sekisho.control.login.Logins;
import dev.sekisho.control.login.Passwords;
import dev.sekisho.control.login.SessionApi;
import dev.sekisho.control.login.SessionViews;
import dev.sekisho.control.login.Sessions;
import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.role.JdbcRoleStore;
import dev.sekisho.control.role.RoleApi;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.settings.JdbcSettingsStore;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.token.JdbcTokenStore;
import dev.sekisho.control.token.RootTokens;
import dev.sekisho.control.token.TokenApi;
import dev.sekisho.control.token.TokenRevocation;
import dev.sekisho.control.token.Tokens;
import dev.sekisho.control.tries.JdbcTryStore;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.FirstAdministrator;
import dev.sekisho.control.user.JdbcUserStore;
import dev.sekisho.control.user.UserApi;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Problem;

/// Users, roles, logins, second factors, tokens.
///
/// @param users who there is
/// @param factors checks second factors
/// @param logins lets people in
/// @param rootTokens tokens of the local socket
record IdentityWiring(Users users, SecondFactors factors, Logins logins, RootTokens rootTokens) {
    static IdentityWiring wire(Core core, Features features, Background background, Vaults vaults, PostWiring post) {
        LoginStore loginStore = new JdbcLoginStore();
        Tries tries = new Tries(core.work(), new JdbcTryStore(), core.clock());
        Passwords passwords = new Passwords();
        Roles roles = new Roles(core.work(), new JdbcRoleStore(), core.clock());
        Users users = new Users(
                core.work(),
                new JdbcUserStore(),
                roles,
                new InternalCredentials(
                        new InternalCredentials.Parts(
                                loginStore, passwords, tries, new TokenRevocation(new JdbcTokenStore())),
                        core.clock()),
                core.clock());
        FactorPolicies policies = new FactorPolicies(core.work(), new JdbcFactorPolicyStore(), roles);
        FactorTools tools = new FactorTools(
                new JdbcFactorStore(),
                tries,
                vaults.seals(),
                new PostMailer(post),
                PortalAddress.of(core.options()).publicHost());
        SecondFactors factors = new SecondFactors(core.work(), tools, users, policies, core.clock());
        Sessions sessions = new Sessions(
                new Sessions.Parts(core.work(), loginStore, users, roles, factors), LoginLimits.STANDARD, core.clock());
        DirectoryWiring outside = new DirectoryWiring(core, vaults, post, roles, users);
        outside.wire(features, background, post.executor(), roles);
        Directories directories = outside.directories();
        Logins logins = new Logins(
                new Logins.Parts(core.work(), loginStore, users, sessions, factors, passwords, tries, directories),
                core.clock());
        Tokens tokens = new Tokens(core.work(), new JdbcTokenStore(), users, roles, core.clock());
        RootTokens rootTokens = new RootTokens(core.clock());
        DeviceCodes deviceCodes = new DeviceCodes(
                new DeviceCodes.Parts(core.work(), new JdbcDeviceCodeStore(), users, tokens, tries), core.clock());
        SessionViews views = new SessionViews(core.work(), sessions, factors, roles);
        features.rootTokens(() -> rootTokens.mint(RootTokens.MAX_LIFE));
        outside.wireLogins(features, background, logins, views);
        features.authenticator(rootTokens).authenticator(tokens).authenticator(sessions);
        features.routes(new UserApi(core.work(), users, roles, core.clock()).routes());
        features.routes(new RoleApi(roles).routes());
        features.routes(new LoginApi(
                        new LoginApi.Parts(
                                core.work(),
                                loginStore,
                                logins,
                                views,
                                directories,
                                deviceCodes,
                                () -> Settings.savedOnce(core.work(), new JdbcSettingsStore()),
                                Server.VERSION),
                        core.clock())
                .routes());
        features.routes(new SessionApi(sessions, views, logins, factors, core.places()).routes());
        features.routes(new FactorApi(new FactorApi.Parts(
                        core.work(),
                        users,
                        factors,
                        new MyFactors(core.work(), tools, users, factors, core.clock()),
                        policies,
                        new PolicyEffects(
                                new PolicyEffects.Parts(core.work(), policies, factors, users, roles, tools.mailer())),
                        sessions))
                .routes());
        features.routes(new TokenApi(core.work(), tokens, users, roles).routes());
        new FirstAdministrator(users, roles)
                .ensure()
                .ifPresent(password -> features.announce(
                        "First login: user admin, one-time password " + password + " (shown this once)"));
        return new IdentityWiring(users, factors, logins, rootTokens);
    }

    /// Codes by the mail server of the settings.
    private record PostMailer(PostWiring post) implements Mailer {
        @Override
        public boolean isSetUp(Transaction transaction) {
            return post.mails().isSetUp(transaction);
        }

        @Override
        public void send(String address, String subject, String body) {
            if (post.mails().settings().isEmpty()) {
                throw Problem.unavailable("no mail server is set up: ask an administrator");
            }
            post.mails().send(Letter.of(address, subject, body));
        }
    }
}
