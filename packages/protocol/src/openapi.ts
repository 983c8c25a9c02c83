/** Prints the endpoint table as OpenAPI 3.1. */
import { z } from './schemas.ts';
import { endpoints } from './endpoints/index.ts';
import { problem } from './problem.ts';

type Json = { readonly [key: string]: unknown };

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >;
  return rest;
}

function parametersOf(schema: z.ZodType, where: 'path' | 'query'): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !(field instanceof z.ZodOptional),
    schema: { type: 'string' },
  }));
}

const mediaTypes = {
  json: 'application/json',
  octets: 'application/octet-stream',
  text: 'text/plain',
  html: 'text/html',
} as const;

/** The whole contract as an OpenAPI document. */
export function formatOpenApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replace(/:([a-z]+)/g, '{$1}').replace(/\*$/, '{path}');
    const hasBody = endpoint.input === 'octets' || endpoint.method === 'POST' || endpoint.method === 'PUT';
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = {
      operationId: name,
      summary: endpoint.summary,
      'x-gate': endpoint.gate,
      'x-ledger-event': endpoint.event,
      'x-errors': endpoint.errors,
      'x-limits': endpoint.limits,
      parameters: [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')],
      ...(hasBody
        ? {
            requestBody: {
              required: true,
              content:
                endpoint.input === 'octets'
                  ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
                  : { 'application/json': { schema: schemaOf(endpoint.input) } },
            },
          }
        : {}),
      responses: {
        ...(endpoint.answer === 'none'
          ? { 204: { description: 'Done' } }
          : {
              200: {
                description: 'Answer',
                content: {
                  [mediaTypes[endpoint.answer]]: {
                    schema: endpoint.answer === 'json' ? schemaOf(endpoint.output) : { type: 'string' },
                  },
                },
              },
            }),
        default: {
          description: 'Problem',
          content: { 'application/problem+json': { schema: schemaOf(problem) } },
        },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Strongroom', version }, paths };
}
