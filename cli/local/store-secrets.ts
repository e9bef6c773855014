import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientOptions } from '../../local/account';
import type { LocalMachine } from '../../local/machine';
import type { WithSecrets } from './local-secrets';

/** Puts the secrets into the Secrets Manager of a machine. */
export async function storeSecrets({ services }: LocalMachine, secrets: WithSecrets['secrets']): Promise<void> {
  const client = new SecretsManagerClient(clientOptions(services));
  try {
    for (const [Name, SecretString] of Object.entries(secrets)) {
      await client.send(new CreateSecretCommand({ Name, SecretString }));
    }
  } finally {
    client.destroy();
  }
}
