// Types for typed.ts, from the published schema alone.

/** @type {import('@graphql-codegen/cli').CodegenConfig} */
export default {
  schema: '../../schema.graphql',
  documents: 'typed.graphql',
  generates: {
    'generated/graphql.ts': {
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        enumType: 'string-literal',
        nonOptionalTypename: true,
        scalars: { Date: 'string', DateTime: 'string' },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};
