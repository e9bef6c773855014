// What lazy-clients.ts loads late. A module of its own: of a package that is imported as a whole, a bundle keeps the whole.
export { S3Client } from '@aws-sdk/client-s3';
export { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
