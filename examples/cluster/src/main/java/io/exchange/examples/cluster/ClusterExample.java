package io.exchange.examples.cluster;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "cluster",
        description = {
            "A cluster in one command: three controller nodes as processes on this machine, gateways whose connectors are"
                    + " spread over them, and commands all the time. Then the oldest node is killed. Shows that nothing is"
                    + " lost: the connectors attach to the other nodes, commands under way find them there, and none is"
                    + " executed twice.",
            ""
        },
        mixinStandardHelpOptions = true,
        subcommands = Soak.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Every command of a node that lived was answered, none was executed twice.",
            "1:Not so.",
            "2:The command line is wrong."
        })
public final class ClusterExample implements Callable<Integer> {

    private static final int HELP_WIDTH = 100;

    @Option(
            names = "--targets",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many targets, with two connectors each. Default: ${DEFAULT-VALUE}.")
    private int targets;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many commands each node sends in a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "For how long; the node is killed half-way. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ClusterExample() {}

    /**
     * Runs the command line.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        Logging.quiet();
        int exitCode = new CommandLine(new ClusterExample())
                .setUsageHelpWidth(HELP_WIDTH)
                .execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws Exception {
        return new Demo(spec.commandLine().getOut(), targets, rate, seconds).run();
    }
}
