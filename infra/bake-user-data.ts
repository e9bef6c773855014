import { Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

const FOLDER = '/etc/systemd/system/amazon-ssm-agent.service.d';

/**
 * What the build instance of a bake does at its start when it must go through a proxy, in base64: Image Builder reaches
 * it by the SSM agent, before any step of ours can say anything. The file stays in the image, for the agent of the test
 * instance and of jobs. Undefined without a proxy.
 *
 * Sources: "Configuring SSM Agent to use a proxy on Linux nodes" (AWS Systems Manager User Guide), and
 * https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_AdditionalInstanceConfiguration.html, which has what
 * it replaces: the installation of the agent, which Amazon Linux 2023 brings.
 */
export function bakeUserData(scope: Construct, { http_proxy, no_proxy }: Settings): string | undefined {
  if (!http_proxy) return undefined;
  const { region, urlSuffix } = Stack.of(scope);
  const s3 = [`s3.${region}.${urlSuffix}`, `s3.dualstack.${region}.${urlSuffix}`];
  const past = ['localhost', '127.0.0.1', '::1', '169.254.169.254', 'fd00:ec2::254', ...s3];
  const all = [no_proxy, ...past].filter(Boolean).join(',');
  return Fn.base64(
    [
      '#!/bin/bash',
      `mkdir -p ${FOLDER}`,
      `cat >${FOLDER}/proxy.conf <<'END'`,
      '[Service]',
      `Environment="http_proxy=${http_proxy}" "https_proxy=${http_proxy}" "no_proxy=${all}"`,
      'END',
      'systemctl daemon-reload',
      'systemctl restart amazon-ssm-agent.service',
      '',
    ].join('\n'),
  );
}
