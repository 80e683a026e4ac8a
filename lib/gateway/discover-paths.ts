// Where a gateway of this host keeps its configuration and state: the same order of places that the gateway itself goes
// through (read in the packages of 2026.4.14 and 2026.9.6), so that both always look at the same file.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Env } from '../settings.ts';

const STATE_FOLDERS = ['.openclaw', '.clawdbot'];
const CONFIG_FILES = ['openclaw.json', 'clawdbot.json'];
/** What a gateway that ran at least once leaves in its state folder (4.14: identity, devices; 9.6: state). */
const TRACES = ['identity', 'devices', 'state'];

export type GatewayPaths = {
  /** The home folder that the gateway goes by; `~` in its configuration means this one. */
  home: string;
  stateDir: string;
  /** The file to read, absent when there is none and none was named. */
  configPath?: string;
  /** The variable that names the file, when one does: then it must exist. */
  namedBy?: 'OPENCLAW_CONFIG_PATH';
};

/** A variable's value; empty ones, and the words that broken scripts leave behind, count as unset. */
export function variable(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  return text && text !== 'undefined' && text !== 'null' ? text : undefined;
}

/** Resolves a path as the gateway does: `~` is its home folder. */
export function expandHome(path: string, home: string): string {
  return resolve(path.replace(/^~(?=$|[\\/])/, () => home));
}

/** Finds the folder and the file. `home` is the user's home folder; `OPENCLAW_HOME` replaces it. */
export function findGatewayPaths(env: Env, userHome: string): GatewayPaths {
  const homeVariable = variable(env, 'OPENCLAW_HOME');
  const home = homeVariable ? expandHome(homeVariable, userHome) : resolve(userHome);
  const candidates = STATE_FOLDERS.map((name) => join(home, name));
  const namedState = variable(env, 'OPENCLAW_STATE_DIR');
  const stateDir = namedState ? expandHome(namedState, home) : (candidates.find((folder) => existsSync(folder)) ?? join(home, '.openclaw'));
  const namedConfig = variable(env, 'OPENCLAW_CONFIG_PATH');
  if (namedConfig) return { home, stateDir, configPath: expandHome(namedConfig, home), namedBy: 'OPENCLAW_CONFIG_PATH' };
  // Without a named state folder the gateway also reads a file that an older version left in the older folder.
  const folders = namedState ? [stateDir] : [stateDir, ...candidates];
  const configPath = folders.flatMap((folder) => CONFIG_FILES.map((name) => join(folder, name))).find((file) => existsSync(file));
  return { home, stateDir, ...(configPath ? { configPath } : {}) };
}

/** Whether a gateway has lived in this state folder, configured or not. */
export function hasGatewayTraces(stateDir: string): boolean {
  return TRACES.some((name) => existsSync(join(stateDir, name)));
}

/**
 * The variables that the gateway of this folder sees: the process's own, then its `.env`, then (4.14) the service's
 * `gateway.env`. Nothing is run to find them; a login shell's variables stay unknown.
 */
export function gatewayEnv(env: Env, paths: GatewayPaths, readText: (path: string) => string | undefined): Env {
  const files = [
    join(paths.stateDir, '.env'),
    join(paths.home, '.openclaw', '.env'),
    join(paths.home, '.config', 'openclaw', 'gateway.env'),
  ];
  const named = variable(env, 'OPENCLAW_STATE_DIR') !== undefined && resolve(paths.stateDir) !== join(paths.home, '.openclaw');
  const merged: Record<string, string | undefined> = {};
  // A gateway with a state folder of its own reads no other folder's file.
  for (const file of named ? files.slice(0, 1) : files) {
    for (const line of (readText(file) ?? '').split(/\r?\n/)) {
      const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
      const [, name, raw] = match ?? [];
      if (!name || raw === undefined || name in merged) continue;
      const quoted = /^(['"`])(.*)\1\s*(?:#.*)?$/.exec(raw);
      merged[name] = quoted ? quoted[2] : raw.replace(/\s+#.*$/, '');
    }
  }
  for (const [name, value] of Object.entries(env)) if (value !== undefined) merged[name] = value;
  return merged;
}
