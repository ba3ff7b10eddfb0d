package org.elasticsearch.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.PluginsLoader;

/** Starts one Elasticsearch node for tests: HOME PORT [setting=value …]. Prints STARTED when it answers. */
public class RunElasticsearch {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        int port = Integer.parseInt(args[1]);
        Files.createDirectories(home.resolve("config"));
        LogConfigurator.configureESLogging();
        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString()).put("path.data", home.resolve("data").toString()).put("path.logs", home.resolve("logs").toString())
            .put("cluster.name", "test").put("node.name", "n1").put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1").put("http.port", port).put("transport.port", 0)
            .put("xpack.security.enabled", false).put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 2; i < args.length; i++) {
            String[] pair = args[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        Environment env = InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> "n1");
        var bundles = PluginsLoader.loadModulesBundles(env.modulesDir(), false);
        Node node = new Node(env, PluginsLoader.createPluginsLoader(bundles, Set.of(), Map.of(), false));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { node.close(); } catch (Exception e) { e.printStackTrace(); } }));
        node.start();
        System.out.println("STARTED");
        Thread.currentThread().join();
    }
}
