import { Ec2Error, invalidParameterValue } from './errors';

/** EC2's limit, counted before base64. */
const MAX_BYTES = 16_384;

/** @throws Ec2Error `InvalidUserData.Malformed` for what is not base64, `InvalidParameterValue` above 16 KiB */
export function checkUserData(userData: string | undefined): void {
  if (!userData) return;
  // Line breaks are allowed: `base64` wraps its lines.
  const text = userData.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new Ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(text, 'base64').length > MAX_BYTES) {
    throw invalidParameterValue(`User data is limited to ${MAX_BYTES} bytes`);
  }
}
