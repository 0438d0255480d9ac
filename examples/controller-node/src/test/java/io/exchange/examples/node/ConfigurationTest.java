package io.exchange.examples.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.ReplyMemory;
import io.exchange.protocol.ChannelLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

    @Test
    void the_sample_says_what_holds_without_a_file() throws Exception {
        NodeConfig defaults = Configuration.parse("{}");

        assertThat(Configuration.parse(Configuration.sample())).isEqualTo(defaults);
        assertThat(Configuration.parse("")).isEqualTo(defaults);
        assertThat(defaults.connectors().port()).isEqualTo(8470);
        assertThat(defaults.channels().lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.channels().limits()).isEqualTo(ChannelLimits.DEFAULT);
        assertThat(defaults.memory().bounds()).isEqualTo(ReplyMemory.DEFAULT);
        assertThat(defaults.cluster().isOn()).isFalse();
    }

    @Test
    void a_file_names_only_what_differs_in_yaml_or_json() throws Exception {
        NodeConfig yaml =
                Configuration.parse("connectors:\n  port: 9000\nchannels: {lease: 1m}\nroles: {reporter: 2}\n");
        NodeConfig json = Configuration.parse(
                "{\"connectors\": {\"port\": 9000}, \"channels\": {\"lease\": \"60s\"}, \"roles\": {\"reporter\": 2}}");

        assertThat(yaml).isEqualTo(json);
        assertThat(yaml.connectors().host()).isEqualTo("127.0.0.1");
        assertThat(yaml.channels().lease()).isEqualTo(Duration.ofSeconds(60));
        assertThat(yaml.roles()).containsEntry("reporter", 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conectors: {port: 1}|there is no option conectors; known here are: channels, cluster, connectors",
                "connectors: {prot: 1}|there is no option connectors.prot; known here are: anyoneMayAttach",
                "tokens: {eu: {secret: x, targets: [a], rols: []}}|there is no option tokens.eu.rols; known here are: roles, secret",
                "tokens: {eu: {secret: x}}|tokens.eu: a token has targets",
                "tokens: {eu: {targets: [a]}}|tokens.eu: a token has either a secret or a secretFile",
                "jwt: {issuer: x}|jwt: issuer and audience need a keySet or a publicKey",
                "jwt: {leeway: -1s}|jwt: leeway must not be negative",
                "jwt: {targetsClaim: ''}|jwt: targetsClaim must be named",
                "connectors: {port: 70000}|connectors: a port is from 0 to 65535, not 70000",
                "connectors: {port: many}|connectors.port: ",
                "connectors: {tls: {clientCertificate: maybe}}|clientCertificate is none, request or required, not maybe",
                "connectors: {anyoneMayAttach: true}, tokens: {eu: {secret: x, targets: [a]}}|leave out one of them",
                "connectors: {tls: {certificate: a.pem}}|connectors.tls: certificate and key belong together",
                "channels: {lease: 10}|channels.lease: a time is written 10s, 0.5s or 2m, not 10",
                "channels: {heartbeat: 8s}|channels: the heartbeat must not be longer than half the lease",
                "channels: {heartbeat: 40s, lease: 2m}|channels: the heartbeat must not be longer than 30s",
                "memory: {replies: 0}|memory: maxReplies, maxBytes and maxAge must be positive, not 0",
                "cluster: {name: prod}|cluster: set one of join.tcp, join.multicast, join.kubernetesDns and join.kubernetesService, not 0",
                "cluster: {join: {multicast: all}}|cluster.join: multicast is a group and a port",
                "forward: true, forward: false|Duplicate field 'forward'",
                "[]|",
                "connectors: [|neither YAML nor JSON",
            })
    void what_is_wrong_is_named_with_its_place(String text, String complaint) {
        String file = text.startsWith("[") || text.endsWith("[") ? text : "{" + text + "}";
        assertThatThrownBy(() -> Configuration.parse(file))
                .isInstanceOf(Configuration.InvalidException.class)
                .hasMessageContaining(complaint == null ? "" : complaint);
    }

    @Test
    void a_file_that_is_no_list_of_options_is_refused_and_an_empty_one_is_not() throws Exception {
        assertThatThrownBy(() -> Configuration.parse("nodeId node-1"))
                .isInstanceOf(Configuration.InvalidException.class);

        assertThat(Configuration.parse("# nothing yet\n")).isEqualTo(Configuration.parse("{}"));
    }

    @Test
    void a_secret_is_not_shown() throws Exception {
        NodeConfig config = Configuration.parse("tokens: {eu: {secret: hush, targets: [a]}}");

        assertThat(Configuration.shown(config)).contains("eu:", "***").doesNotContain("hush");
        assertThat(config.toString()).doesNotContain("hush");
    }
}
