/** Amazon Linux gets security updates every two weeks; an image so old has missed several. */
export const OLD_IMAGE_DAYS = 90;
