// The seed case's other half: an agent spawns a sub-agent, and the gateway's own process asks for operator.admin with the host key.
import { randomUUID } from 'node:crypto';
import type { Admin } from './admin.ts';
import { type ScriptedModel, startModel } from './model.ts';

const SPAWN = 'spawn a sub-agent';
const TURN_LIMIT_MS = 90_000;

/** A model that spawns a sub-agent when a message says so, and is done otherwise. Its `config` goes into the gateway's. */
export function startSpawningModel(): Promise<ScriptedModel> {
  return startModel((last) =>
    last.role === 'user' && last.text.includes(SPAWN)
      ? { tool: 'sessions_spawn', args: { task: 'Answer with the word done.', label: 'helper' } }
      : { say: 'done' },
  );
}

/**
 * Lets an agent of the gateway spawn a sub-agent, and answers what `sessions_spawn` told the agent. Inside, the gateway's process
 * opens a WebSocket to its own port as client `cli` with the host key and asks `operator.admin` (seen on 2026.4.14).
 */
export async function spawnFromAgent(admin: Admin, model: ScriptedModel): Promise<string> {
  const id = randomUUID();
  const asked = admin.request('agent', { message: SPAWN, sessionKey: `agent:main:test-${id}`, idempotencyKey: id, deliver: false });
  const [answer] = await Promise.all([model.toolAnswer(TURN_LIMIT_MS), asked]);
  return answer;
}
