// A scripted model behind the OpenAI chat interface on loopback: it answers each conversation with the tool call a test wants.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';

const chat = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.unknown().optional() })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).optional(),
});

/** What the model says next: a tool to call, or words. */
export type Turn = { tool: string; args: Record<string, unknown> } | { say: string };
export type ScriptedModel = {
  baseUrl: string;
  /** The part of a gateway configuration that makes this the only model. */
  config: Record<string, unknown>;
  /** Waits for the answer of a tool, as the agent gave it back to the model. */
  toolAnswer: (limitMs: number) => Promise<string>;
  /** The tools that the agent offered in its last call. */
  offered: () => string[];
  dispose: () => Promise<void>;
};

const textOf = (content: unknown): string => (typeof content === 'string' ? content : JSON.stringify(content ?? ''));

function stream(response: ServerResponse, turn: Turn) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: unknown, finish: string | null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'scripted', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  if ('tool' in turn) {
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: turn.tool, arguments: JSON.stringify(turn.args) } };
    chunk({ role: 'assistant', tool_calls: [call] }, null);
    chunk({}, 'tool_calls');
  } else {
    chunk({ role: 'assistant', content: turn.say }, null);
    chunk({}, 'stop');
  }
  response.end('data: [DONE]\n\n');
}

/** Starts the model. `decide` gets the newest words of the conversation and whose they are (`user`, `tool`, ...). */
export async function startModel(decide: (last: { role: string; text: string }) => Turn): Promise<ScriptedModel> {
  let offered: string[] = [];
  const answers: string[] = [];
  let wake: (() => void) | undefined;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (d: Buffer) => {
      body += d.toString('utf8');
    });
    request.on('end', () => {
      const parsed = chat.safeParse(JSON.parse(body || '{}'));
      if (!parsed.success) {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"scripted"}]}');
        return;
      }
      offered = (parsed.data.tools ?? []).map((t) => t.function.name);
      const newest = parsed.data.messages.at(-1);
      const last = { role: newest?.role ?? '', text: textOf(newest?.content) };
      if (last.role === 'tool') {
        answers.push(last.text);
        wake?.();
      }
      stream(response, decide(last));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`;
  return {
    baseUrl,
    offered: () => offered,
    config: {
      models: {
        mode: 'merge',
        providers: {
          scripted: {
            baseUrl,
            apiKey: 'not-a-secret',
            api: 'openai-completions',
            models: [{ id: 'scripted', name: 'Scripted', reasoning: false, input: ['text'], contextWindow: 200_000, maxTokens: 4096 }],
          },
        },
      },
      agents: { defaults: { model: { primary: 'scripted/scripted' } } },
    },
    toolAnswer: (limitMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the agent gave no tool answer back to the model in time')), limitMs);
        const take = () => {
          const answer = answers.shift();
          if (answer === undefined) return;
          clearTimeout(timer);
          wake = undefined;
          resolve(answer);
        };
        wake = take;
        take();
      }),
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
