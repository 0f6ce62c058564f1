"Make the sample media again: `pip install numpy imageio-ffmpeg`, then `python -m example.make_media`."
import subprocess
from pathlib import Path

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe

MEDIA = Path(__file__).parent / 'media'
RATE, FPS, CLIP_SECONDS, TUNE_SECONDS = 48_000, 24, 16, 28
HOURS = [5.5, 8, 13, 18.5, 21, 29.5]  # the last is the first, a day later
SKY_TOP = [(58, 64, 122), (96, 152, 205), (64, 140, 214), (84, 66, 128), (14, 20, 48), (58, 64, 122)]
SKY_LOW = [(250, 176, 140), (236, 224, 204), (206, 230, 242), (255, 158, 92), (52, 62, 104), (250, 176, 140)]
GROUND = [(46, 38, 72), (38, 74, 84), (26, 76, 82), (58, 32, 62), (8, 12, 28), (46, 38, 72)]


def colour(table, hour):
    "The colour of `table` at an hour of the day."
    return np.array([np.interp(5.5 + (hour - 5.5) % 24, HOURS, channel) for channel in zip(*table)])


def blend(image, paint, alpha):
    "Lay `paint` over `image` where `alpha` says so."
    image += alpha[..., None] * (paint - image)


def ridge(x, seed):
    "Height of a mountain ridge along `x`: a few sines of falling size."
    rng = np.random.default_rng(seed)
    return sum(rng.uniform(0.6, 1) / k * np.sin(k * x * rng.uniform(0.9, 1.1) + rng.uniform(0, 6.3))
               for k in (1, 2, 3, 5, 8, 13, 21, 34)) / 4


def light(image, x, y, hour):
    "Draw stars, and the sun or the moon on its arc."
    height, width = y.shape
    rng = np.random.default_rng(4)
    dark = np.clip(1 - colour(SKY_LOW, hour).sum() / 420, 0, 1)
    for row, column in zip(rng.integers(0, height, 260), rng.integers(0, width, 260)):
        image[row, column:column + 1 + width // 900] += 210 * dark * rng.uniform(0.2, 1)
    day = 6 <= hour % 24 < 19.5
    way = (hour % 24 - 6) / 13.5 if day else (hour - 19.5) % 24 / 10.5
    distance = np.hypot(x - 0.1 - 1.55 * way, y - 0.56 + 0.42 * np.sin(np.pi * way))
    glow = np.array([255, 226, 170] if day else [214, 222, 240])
    blend(image, glow, 0.55 * np.exp(-distance * (7 if day else 16)))
    blend(image, np.minimum(glow + 18, 255), np.clip((0.055 - distance) * height, 0, 1))


def boat(image, x, y, left):
    "A small sailing boat, `left` of the picture's width away from its left edge."
    across, up = (x - left) / 0.1, (0.86 - y) / 0.1
    hull = (np.abs(across) < 0.9 - 0.6 * (0.12 - up)) & (up > -0.12) & (up < 0.12)
    sail = (up > 0.2) & (across > 0.05) & (across < 0.85 * (1 - (up - 0.2) / 1.5))
    jib = (up > 0.2) & (across < -0.03) & (-across < 0.55 * (1 - (up - 0.2) / 1.2))
    blend(image, np.array([252, 246, 235]), (sail | jib) * 0.95)
    blend(image, np.array([150, 52, 48]), hull * 1.0)


def landscape(hour, width, height, drift=0.0, sailed=0.4):
    "A lake below mountains at an hour of the day, as RGB bytes."
    aspect, shore = width / height, 0.72
    x, y = np.meshgrid(np.linspace(0, aspect, width), np.linspace(0, 1, height))
    top, low = colour(SKY_TOP, hour), colour(SKY_LOW, hour)
    image = top + np.minimum(y[..., None] / 0.5, 1) ** 1.3 * (low - top)
    light(image, x, y, hour)
    for layer in range(5):
        near = (layer + 1) / 5
        line = 0.46 + 0.05 * layer - (0.34 - 0.05 * layer) * ridge(x[0] * (1.5 + layer / 2) + drift * near, layer + 7)
        tint = low * 0.82 * (1 - near) + colour(GROUND, hour) * near
        blend(image, tint, np.clip((y - line) * height, 0, 1))
    row, far = int(shore * height), np.arange(height - int(shore * height))
    ripple = (far * 0.006 * width / 90 * np.sin(far ** 0.75 * 1.9 - drift * 40)).astype(int)
    for step, shift in zip(far, ripple):
        columns = np.clip(np.arange(width) + shift, 0, width - 1)
        image[row + step] = image[max(0, row - 1 - int(step * 1.7)), columns] * 0.86 + 8
    boat(image, x, y, aspect * sailed)
    return np.clip(image, 0, 255).astype(np.uint8).tobytes()


def tune(seconds):
    "Plucked notes of a pentatonic scale over slow chords, in stereo."
    rng, sound = np.random.default_rng(11), np.zeros((seconds * RATE, 2))
    scale = 220 * 2 ** (np.array([0, 3, 5, 7, 10, 12, 15, 17]) / 12)
    for beat in np.arange(0, seconds - 2.5, 0.25):
        chord = beat % 4 == 0
        if not chord and rng.random() < 0.3: continue
        note, length = rng.choice(scale[:3] / 2 if chord else scale), 4 if chord else 1.6
        t = np.arange(min(int(length * RATE), len(sound) - int(beat * RATE))) / RATE
        pluck = sum(np.sin(2 * np.pi * k * note * t) / k ** 2 for k in (1, 2, 3)) * np.exp(-t * 4 / length)
        pan, start = rng.uniform(0.3, 0.7), int(beat * RATE)
        sound[start:start + len(t)] += np.outer(pluck * np.minimum(t * 200, 1), [pan, 1 - pan]) * 0.28
    sound[RATE // 3:] += 0.3 * sound[:-RATE // 3, ::-1]  # an echo from the other side
    fade = np.minimum(1, np.arange(len(sound))[::-1, None] / RATE)
    return (np.clip(sound * fade, -1, 1) * 32767).astype('<i2').tobytes()


def encode(name, data, *options, raw):
    "Let ffmpeg make `media/name` from raw bytes."
    command = [get_ffmpeg_exe(), '-y', '-loglevel', 'error', *raw, '-i', '-', *options, MEDIA / name]
    subprocess.run(command, input=data, check=True)
    print(name, (MEDIA / name).stat().st_size)


def picture(name, hour, sailed):
    "One still picture."
    raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', '1200x750']
    encode(name, landscape(hour, 1200, 750, drift=hour, sailed=sailed), '-q:v', '4', raw=raw)


def clip(name):
    "A day at the lake as a film with sound."
    count = CLIP_SECONDS * FPS
    film = b''.join(landscape(5.5 + 24 * n / count, 640, 360, n / 130, 0.1 + 0.8 * n / count) for n in range(count))
    sound = MEDIA / 'sound.wav'
    stereo = ['-f', 's16le', '-ar', str(RATE), '-ac', '2']
    encode(sound.name, tune(CLIP_SECONDS), raw=stereo)
    raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', '640x360', '-r', str(FPS)]
    video = ['-c:v', 'libvpx-vp9', '-crf', '38', '-b:v', '0', '-row-mt', '1', '-pix_fmt', 'yuv420p']
    encode(name, film, '-i', sound, *video, '-c:a', 'libopus', '-b:a', '48k', raw=raw)
    sound.unlink()


if __name__ == '__main__':
    MEDIA.mkdir(exist_ok=True)
    picture('morning.jpg', 8.2, 0.62)
    picture('evening.jpg', 18.0, 0.3)
    picture('night.jpg', 21.5, 0.5)
    encode('tune.mp3', tune(TUNE_SECONDS), '-b:a', '80k', raw=['-f', 's16le', '-ar', str(RATE), '-ac', '2'])
    clip('day.webm')
